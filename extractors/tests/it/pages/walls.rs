//! Sign-in, checks and queues against pages that merely mention them.

use vigie_extractors::record::{Extraction, PageKind};

use super::read;

fn page(url: &str, title: &str, body: &str) -> Extraction {
    let html = format!("<!doctype html><html lang=en><head><title>{title}</title></head><body>{body}</body></html>");
    read(url, html.as_bytes(), Some("text/html; charset=utf-8"), "shop", None)
}

const TEXT: &str = "<p>Cold-hammer-forged barrel with a chrome-lined bore and a parkerised finish, sold with the nut and the spring. It fits \
    upper receivers of most makers; have it fitted by a gunsmith. Ships in a cardboard tube within two working days of payment.</p>";

#[test]
fn walls_are_known() {
    for (what, title, body, kind) in [
        (
            "captcha",
            "Please verify",
            "<form method=post><img src=/c.php?captcha=1><input name=captcha><button>Go</button></form>",
            PageKind::Captcha,
        ),
        (
            "a box for each letter",
            "Access",
            "<h2>DDoS protection</h2><p>Type the letters</p><form><img src=/captcha.png><input maxlength=1><input maxlength=1><input maxlength=1><input maxlength=1><input maxlength=1><input type=submit></form>",
            PageKind::Captcha,
        ),
        ("browser check", "Just a moment...", "<h1>harbour.example</h1><p>Checking your browser before you enter.</p>", PageKind::Captcha),
        (
            "login",
            "Harbour - Login",
            "<form method=post>User <input name=u> Password <input type=password name=p><img src=/captcha.png><input name=captcha></form><a href=/register>Register</a>",
            PageKind::Login,
        ),
        (
            "login in a page with a long foot",
            "Sign in",
            &format!("<main><form><input name=u><input type=password></form></main><footer>{}</footer>", TEXT.repeat(4)),
            PageKind::Login,
        ),
        (
            "an account is needed",
            "Error",
            "<nav><a href=/>Home</a></nav><h1>Oops</h1><div>You must be logged in to do that. <a href=/login>Log in</a></div>",
            PageKind::Login,
        ),
    ] {
        let read = page("http://harbour.example/", title, body);
        assert_eq!(read.page_kind, kind, "{what}");
    }
    let queue = page("http://harbour.example/", "Harbour", "<p>You have been placed in a queue. Estimated time: 40 s</p>");
    assert_eq!((queue.page_kind, queue.page_detail.as_deref()), (PageKind::Other, Some("queue")));
}

#[test]
fn pages_that_mention_walls_are_none() {
    let files: String =
        ["anti_ddos__anti_ddos_0", "login_page__login_0", "item_not_found__not_found_0", "captcha_1", "queue_2", "waiting_room"]
            .iter()
            .flat_map(|name| (0..4).map(move |n| format!("<li><a href=\"{name}{n}.html\">{name}{n}.html</a></li>")))
            .collect();
    let directory = page(
        "http://files.example/pages/",
        "Directory listing for /pages/",
        &format!("<h1>Directory listing for /pages/</h1><hr><ul>{files}</ul>"),
    );
    assert_eq!((directory.page_kind, directory.page_detail), (PageKind::Other, None));

    let thread = page(
        "http://forum.example/viewtopic.php?t=5",
        "How to pass the captcha and the DDoS check - Forum",
        "<h1>How to pass the captcha and the DDoS check</h1><div class=post id=p1><a class=username href=/member/ann>ann</a> <span class=date>2024-05-01</span>\
         <div class=content>I always fail: are you human, it asks. The login page wants a captcha, too. Any hints?</div></div>\
         <div class=post id=p2><a class=username href=/member/bob>bob</a> <span class=date>2024-05-02</span><div class=content>Reload it until it is readable, then sign in.</div></div>",
    );
    assert_eq!(thread.page_kind, PageKind::Thread);

    let head = "<header><form action=/login><input name=u><input type=password name=p><button>Log in</button></form><form><input type=email name=newsletter></form></header>";
    let shop = page(
        "http://shop.example/product/barrel",
        "Barrel 16 in | Shop",
        &format!("{head}<h1>Barrel 16 in</h1><span class=price>$189.00</span><button>Add to cart</button>{TEXT}"),
    );
    assert_eq!(shop.page_kind, PageKind::Listing);
    let plain = page("http://shop.example/about", "About us | Shop", &format!("{head}<h1>About us</h1>{TEXT}{TEXT}"));
    assert_eq!(plain.page_kind, PageKind::Other);

    let contact = "<form action=/ask><input name=name><input type=email name=mail><textarea name=text></textarea><div class=g-recaptcha></div><button>Send</button></form>";
    let product = page(
        "http://shop.example/product/barrel",
        "Barrel 16 in | Shop",
        &format!("<h1>Barrel 16 in</h1><span class=price>$189.00</span>{TEXT}<h2>Questions?</h2>{contact}"),
    );
    assert_eq!(product.page_kind, PageKind::Listing);
    let form = page("http://shop.example/contact", "Contact", &format!("<h1>Contact</h1>{contact}"));
    assert_eq!(form.page_kind, PageKind::Other);
    let author = page("http://blog.example/author/ann", "Author archive", &format!("<h1>Author: Ann</h1>{TEXT}{TEXT}"));
    assert_ne!(author.page_kind, PageKind::Login);
}
