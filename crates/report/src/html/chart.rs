//! Bars as inline SVG. Lengths are percentages, so that text keeps its size whatever the width; each chart
//! stands beside a table of its numbers and is therefore hidden from screen readers.

use std::fmt::Write as _;

/// A part of a bar.
pub(super) struct Part {
    /// Class that colours it.
    pub(super) class: &'static str,
    /// How many.
    pub(super) number: usize,
    /// What, for the tooltip.
    pub(super) label: &'static str,
}

/// A bar with its name.
pub(super) struct Bar {
    /// Name, left above the bar.
    pub(super) name: String,
    /// Figure, right above the bar.
    pub(super) figure: String,
    /// Its parts, left to right.
    pub(super) parts: Vec<Part>,
}

/// Pixels from one bar to the next, and within that where the name's baseline and the bar are.
const PITCH: usize = 46;
const BASELINE: usize = 15;
const BAR_TOP: usize = 22;
const BAR_HEIGHT: usize = 14;

/// The bars under each other; `whole` is what a full bar stands for.
pub(super) fn bars(bars: &[Bar], whole: usize) -> String {
    let mut svg = format!(
        "<svg class=\"chart\" width=\"100%\" height=\"{}\" aria-hidden=\"true\" focusable=\"false\">",
        bars.len() * PITCH
    );
    for (row, bar) in bars.iter().enumerate() {
        draw(&mut svg, bar, row * PITCH, whole.max(1));
    }
    svg.push_str("</svg>");
    svg
}

fn draw(svg: &mut String, bar: &Bar, top: usize, whole: usize) {
    let (text, rect) = (top + BASELINE, top + BAR_TOP);
    // Writing into a string cannot fail.
    let _ = write!(
        svg,
        "<text class=\"bar-name\" x=\"0\" y=\"{text}\">{}</text>\
         <text class=\"bar-figure\" x=\"100%\" y=\"{text}\" text-anchor=\"end\">{}</text>\
         <rect class=\"bar-ground\" x=\"0\" y=\"{rect}\" width=\"100%\" height=\"{BAR_HEIGHT}\"/>",
        escaped(&bar.name),
        escaped(&bar.figure),
    );
    let mut before = 0;
    for part in bar.parts.iter().filter(|part| part.number > 0) {
        let _ = write!(
            svg,
            "<rect class=\"{}\" x=\"{}\" y=\"{rect}\" width=\"{}\" height=\"{BAR_HEIGHT}\">\
             <title>{}: {}</title></rect>",
            part.class,
            share(before, whole),
            share(part.number, whole),
            part.label,
            part.number,
        );
        before += part.number;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a hundredth of a percent is finer than a pixel")]
fn share(part: usize, whole: usize) -> String {
    format!("{:.2}%", part as f64 * 100.0 / whole as f64)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
