//! Whether a probability means what it says: of the answers given with 0.8, eight of ten should be right.

use std::fmt::Write;

/// Stretches of equal width that probabilities are put into.
const BINS: usize = 15;

/// Answers of about the same probability.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bin {
    /// Number of answers.
    pub count: usize,
    /// Their mean probability.
    pub said: f64,
    /// Share that is right.
    pub right: f64,
}

/// Bins and the mean distance between what was said and what was right.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// From 0 to 1, empty ones too.
    pub bins: Vec<Bin>,
    /// Expected calibration error, 0 to 1: distances weighted by the number of answers (Guo et al., "On calibration of modern neural
    /// networks", ICML 2017).
    pub error: f64,
}

/// Of answers `(probability, whether it was right)`.
pub fn of(answers: &[(f64, bool)]) -> Calibration {
    let mut bins = vec![Bin::default(); BINS];
    for (probability, right) in answers {
        let at = ((probability * BINS as f64) as usize).min(BINS - 1);
        if let Some(bin) = bins.get_mut(at) {
            bin.count += 1;
            bin.said += probability;
            bin.right += f64::from(u8::from(*right));
        }
    }
    for bin in bins.iter_mut().filter(|bin| bin.count > 0) {
        bin.said /= bin.count as f64;
        bin.right /= bin.count as f64;
    }
    let error = bins.iter().map(|bin| bin.count as f64 * (bin.said - bin.right).abs()).sum::<f64>() / answers.len().max(1) as f64;
    Calibration { bins, error }
}

impl Calibration {
    /// A reliability diagram: what was said from left to right, what was right from bottom to top; the diagonal is perfect. Below it the
    /// number of answers. Colours follow the reader's light or dark scheme.
    pub fn svg(&self, title: &str) -> String {
        const SIDE: f64 = 300.0;
        let most = self.bins.iter().map(|bin| bin.count).max().unwrap_or(0).max(1) as f64;
        let mut out = String::from(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 470\" role=\"img\" aria-labelledby=\"t\" font-family=\"sans-serif\" font-size=\"12\">\n\
             <style>svg{color:#222;background:#fff}.a{fill:none;stroke:currentColor}.p{stroke-dasharray:4 4;opacity:.6}.b{fill:#2f6fb5}.c{fill:#8a8a8a}text{fill:currentColor}\
             @media(prefers-color-scheme:dark){svg{color:#ddd;background:#1b1b1b}.b{fill:#79b0ea}}</style>\n",
        );
        let _ = writeln!(out, "<title id=\"t\">{}, expected calibration error {:.3}</title>", escape(title), self.error);
        let _ = writeln!(out, "<text x=\"60\" y=\"22\">{}: calibration error {:.3}</text>", escape(title), self.error);
        let _ =
            writeln!(out, "<path class=\"a\" d=\"M60 40V{0}H{1}\"/><path class=\"a p\" d=\"M60 {0}L{1} 40\"/>", 40.0 + SIDE, 60.0 + SIDE);
        let width = SIDE / self.bins.len() as f64;
        for (at, bin) in self.bins.iter().enumerate().filter(|(_, bin)| bin.count > 0) {
            let (left, bottom) = (60.0 + at as f64 * width, 40.0 + SIDE);
            let (x, y) = (60.0 + bin.said * SIDE, bottom - bin.right * SIDE);
            let _ = writeln!(
                out,
                "<circle class=\"b\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"><title>said {:.3}, right {:.3} of {}</title></circle>",
                bin.said, bin.right, bin.count
            );
            let height = 50.0 * (1.0 + bin.count as f64).ln() / (1.0 + most).ln();
            let _ = writeln!(
                out,
                "<rect class=\"c\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{height:.1}\"/>",
                left + 1.0,
                bottom + 90.0 - height,
                width - 2.0
            );
        }
        for (at, label) in ["0", "0.5", "1"].iter().enumerate() {
            let along = at as f64 * SIDE / 2.0;
            let _ = writeln!(out, "<text x=\"{:.0}\" y=\"{}\" text-anchor=\"middle\">{label}</text>", 60.0 + along, 56.0 + SIDE);
            let _ = writeln!(out, "<text x=\"52\" y=\"{:.0}\" text-anchor=\"end\">{label}</text>", 44.0 + SIDE - along);
        }
        let _ = writeln!(
            out,
            "<text x=\"{0}\" y=\"{1}\" text-anchor=\"middle\">probability said; bars: number of answers (logarithmic)</text>\
             <text transform=\"translate(20 {2})rotate(-90)\" text-anchor=\"middle\">share that is right</text>\n</svg>",
            60.0 + SIDE / 2.0,
            455,
            40.0 + SIDE / 2.0
        );
        out
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_mean_distance() {
        let honest: Vec<(f64, bool)> = (0..1_000).map(|n| (0.75, n % 4 != 0)).collect();
        assert!(of(&honest).error < 1e-9);
        let boasting: Vec<(f64, bool)> = (0..1_000).map(|n| (0.99, n % 2 == 0)).collect();
        assert!((of(&boasting).error - 0.49).abs() < 1e-9);
        assert_eq!(of(&[]).error, 0.0);
    }

    #[test]
    fn the_diagram_is_well_formed() {
        let svg = of(&[(0.2, false), (0.9, true), (1.0, true)]).svg("first < second");
        assert_eq!(svg.matches("<circle").count(), 3);
        assert!(svg.contains("first &lt; second") && svg.ends_with("</svg>\n"));
    }
}
