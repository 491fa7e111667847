"""Scrapy on the benchmark's site: every page is fetched, four fields of it go to JSONL, its links are followed."""

import json

import scrapy


class Offers(scrapy.Spider):
    name = "offers"

    async def start(self):
        yield scrapy.Request(self.base + "/item/000000.html")

    def parse(self, response):
        yield {
            "title": response.css("h1::text").get(),
            "price": response.css("p.price::text").get(),
            "vendor": response.css("td.vendor::text").get(),
            "category": response.css("li.category::text").get(),
        }
        yield from response.follow_all(css="aside a")

    def closed(self, reason):
        counts = self.crawler.stats.get_stats()
        with open(self.counts, "w", encoding="utf-8") as file:
            json.dump({name: value for name, value in counts.items() if isinstance(value, (int, float))}, file)
