"""Scrapy on the benchmark's site: every page is fetched, four fields of it go to JSONL, its links are followed."""

import json
from datetime import datetime, timezone

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
        stats = self.crawler.stats.get_stats()
        counts = {name: value for name, value in stats.items() if isinstance(value, (int, float))}
        counts["seconds"] = (datetime.now(timezone.utc) - stats["start_time"]).total_seconds()
        with open(self.counts, "w", encoding="utf-8") as file:
            json.dump(counts, file)
