//! The Prometheus text exposition format, version 0.0.4: families of samples, each with help and type.

use std::fmt::{Display, Write};

/// Value of the `Content-Type` header.
pub(super) const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What a family measures.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Only grows, from nought at the start of the process.
    Counter,
    /// Goes up and down.
    Gauge,
}

/// A page of metrics.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Begins a family; its samples follow.
    pub(super) fn family(&mut self, name: &'static str, kind: Kind, help: &str) -> Family<'_> {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        let help = help.replace('\\', "\\\\").replace('\n', "\\n");
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        Family { page: self, name }
    }

    /// The text.
    pub(super) fn text(self) -> String {
        self.0
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // A string takes everything.
        let _ = self.0.write_fmt(line);
    }
}

/// A family whose samples are being written.
pub(super) struct Family<'p> {
    page: &'p mut Page,
    name: &'static str,
}

impl Family<'_> {
    /// Its only sample.
    pub(super) fn value(self, value: impl Display) {
        self.page.line(format_args!("{} {value}\n", self.name));
    }

    /// One of its samples.
    pub(super) fn sample(&mut self, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(name, text)| format!("{name}=\"{}\"", escaped(text))).collect();
        self.page.line(format_args!("{}{{{}}} {value}\n", self.name, labels.join(",")));
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_cannot_leave_its_quotes() {
        let mut page = Page::default();
        page.family("one", Kind::Gauge, "first\nline \\").value(3);
        page.family("two", Kind::Counter, "more").sample(&[("a", "x\"} 9\n\\")], 0.5);
        let expected =
            "# HELP one first\\nline \\\\\n# TYPE one gauge\none 3\n# HELP two more\n# TYPE two counter\ntwo{a=\"x\\\"} 9\\n\\\\\"} 0.5\n";
        assert_eq!(page.text(), expected);
    }
}
