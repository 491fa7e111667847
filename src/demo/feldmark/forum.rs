//! A small forum: talk about arms, which is not an offer of arms.

use super::{missing, page};
use crate::demo::catalogue::Catalogue;
use crate::demo::html::{escape, written_date};
use crate::demo::reply::{Asked, Reply};

pub(super) fn index(catalogue: &Catalogue, _asked: &Asked) -> Reply {
    let rows: String = (catalogue.tables.threads.iter().enumerate())
        .map(|(at, thread)| {
            format!("<tr><td><a href=\"/forum/t/{}\">{}</a></td><td>{}</td></tr>\n", 700 + at, escape(&thread.title), thread.posts.len())
        })
        .collect();
    page("en", "Forum", "", &format!("<h1>Forum</h1>\n<table class=\"threads\">\n<tr><th>Topic</th><th>Posts</th></tr>\n{rows}</table>"))
}

pub(super) fn thread(catalogue: &Catalogue, _asked: &Asked, number: &str) -> Reply {
    let at = number.parse::<usize>().ok().and_then(|number| number.checked_sub(700));
    let Some(thread) = at.and_then(|at| catalogue.tables.threads.get(at)) else { return missing() };
    let posts: String = (thread.posts.iter().enumerate())
        .map(|(at, post)| {
            format!(
                "<article class=\"post\" id=\"p{}\"><header><b class=\"author\">{}</b> <time datetime=\"{}\">{}</time></header><div class=\"post-text\"><p>{}</p></div></article>\n",
                at + 1,
                escape(&post.by),
                post.on,
                written_date(&post.on, &thread.language),
                escape(&post.text)
            )
        })
        .collect();
    page(
        &thread.language,
        &thread.title,
        "",
        &format!("<nav><a href=\"/forum/\">Forum</a></nav>\n<h1>{}</h1>\n{posts}", escape(&thread.title)),
    )
}
