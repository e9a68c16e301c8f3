//! Patterns as Ruby reads them, in the syntax of the `regex` crate.
//!
//! In Ruby `^` and `$` are the ends of a line, `\d`, `\w` and `\s` are ASCII, `\h` is a hexadecimal digit. What has no equal in
//! linear time (look-around, back-references, atomic groups, possessive repetition) is refused.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// Why a pattern has no equal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Untranslatable {
    /// `(?=`, `(?!`, `(?<=`, `(?<!`, `\K`.
    #[error("looks around")]
    LookAround,
    /// `\1`, `\k<name>`, `\g<name>`.
    #[error("refers back to a group")]
    BackReference,
    /// `(?>`, `a++`.
    #[error("forbids trying again")]
    Atomic,
    /// Anything else that the other syntax does not have.
    #[error("holds `{0}`, which has no equal")]
    Other(String),
    /// A flag that is not known.
    #[error("has the flag `{0}`, which is not known")]
    Flag(String),
}

/// What a pattern's anchors become, where our value has more around the text that the pattern is written for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anchors {
    pub(crate) start: &'static str,
    pub(crate) end: &'static str,
}

impl Anchors {
    /// The value is the text.
    pub(crate) const SAME: Self = Self { start: "^", end: "$" };
}

/// Translates a pattern. `name` gives the group that its number becomes, `None` one that catches nothing.
pub(crate) fn translate(
    pattern: &str,
    flags: &str,
    anchors: Anchors,
    name: impl Fn(usize) -> Option<&'static str>,
) -> Result<String, Untranslatable> {
    let mut out = format!("(?m{})", flag_letters(flags)?);
    let mut translator = Translator { rest: pattern.chars().peekable(), groups: 0, anchors, name };
    translator.run(&mut out)?;
    Ok(out)
}

/// Ruby's `m` is `s` here; its lines are always lines (`m` here).
fn flag_letters(flags: &str) -> Result<String, Untranslatable> {
    let mut letters = String::new();
    for flag in flags.split([',', '|', ' ']).map(str::trim).filter(|flag| !flag.is_empty()) {
        let letter = match flag {
            "REG_ICASE" | "IGNORECASE" => 'i',
            "REG_DOT_NEWLINE" | "REG_MULTILINE" | "REG_LINE_ANY_CRLF" | "MULTILINE" => 's',
            other => return Err(Untranslatable::Flag(other.chars().take(40).collect())),
        };
        if !letters.contains(letter) {
            letters.push(letter);
        }
    }
    Ok(letters)
}

struct Translator<'p, N> {
    rest: Peekable<Chars<'p>>,
    groups: usize,
    anchors: Anchors,
    name: N,
}

const DIGIT: &str = "0-9";
const WORD: &str = "0-9A-Za-z_";
const SPACE: &str = r"\t\n\x0B\x0C\r ";
const HEX: &str = "0-9A-Fa-f";

impl<N: Fn(usize) -> Option<&'static str>> Translator<'_, N> {
    fn run(&mut self, out: &mut String) -> Result<(), Untranslatable> {
        // Whether the item before may be repeated, and whether it has been.
        let mut is_repeated = false;
        while let Some(c) = self.rest.next() {
            let was_repeated = std::mem::take(&mut is_repeated);
            match c {
                '\\' => self.escape(out, false)?,
                '[' => self.class(out)?,
                '(' => self.group(out)?,
                '^' => out.push_str(self.anchors.start),
                '$' => out.push_str(self.anchors.end),
                '*' | '+' | '?' => {
                    if was_repeated && c == '+' {
                        return Err(Untranslatable::Atomic);
                    }
                    out.push(c);
                    // A question mark behind a repetition makes it lazy, and ends it.
                    is_repeated = !(was_repeated && c == '?');
                }
                '{' => match self.repetition() {
                    Some(count) => {
                        out.push_str(&count);
                        is_repeated = true;
                    }
                    None => out.push_str(r"\{"),
                },
                '}' => out.push_str(r"\}"),
                ']' => out.push_str(r"\]"),
                other => out.push(other),
            }
        }
        Ok(())
    }

    /// What follows a backslash.
    fn escape(&mut self, out: &mut String, is_in_class: bool) -> Result<(), Untranslatable> {
        let Some(c) = self.rest.next() else {
            return Err(Untranslatable::Other("\\ at the end".into()));
        };
        let mut class = |members: &str, is_negated: bool| match (is_in_class, is_negated) {
            (true, false) => out.push_str(members),
            (_, true) => out.extend(["[^", members, "]"]),
            (false, false) => out.extend(["[", members, "]"]),
        };
        match c {
            'd' | 'D' => class(DIGIT, c == 'D'),
            'w' | 'W' => class(WORD, c == 'W'),
            's' | 'S' => class(SPACE, c == 'S'),
            'h' | 'H' => class(HEX, c == 'H'),
            'A' | 'z' if is_in_class => out.push(c),
            // The beginning of the text is the beginning of a line, with what our value has before it.
            'A' if self.anchors.start != "^" => out.push_str(self.anchors.start),
            'z' | 'Z' if self.anchors.end != "$" => out.push_str(self.anchors.end),
            'A' | 'z' => out.extend(['\\', c]),
            'Z' if !is_in_class => out.push_str(r"\n?\z"),
            'b' if is_in_class => out.push_str(r"\x08"),
            'b' | 'B' if !is_in_class => out.extend(['\\', c]),
            'R' if !is_in_class => out.push_str(r"(?:\r\n|[\n\x0B\x0C\r])"),
            'n' | 'r' | 't' | 'f' | 'v' | 'a' => out.extend(['\\', c]),
            'e' => out.push_str(r"\x1B"),
            '0' => self.octal(out, 0),
            '1'..='7' if is_in_class => self.octal(out, c.to_digit(8).unwrap_or(0)),
            '1'..='9' | 'k' | 'g' => return Err(Untranslatable::BackReference),
            'x' => self.hexadecimal(out)?,
            'u' | 'p' | 'P' => out.extend(['\\', c]),
            'K' => return Err(Untranslatable::LookAround),
            other if other.is_ascii_alphanumeric() => {
                return Err(Untranslatable::Other(format!("\\{other}")));
            }
            // A blank or `#` that stands for itself does so as a number everywhere, under the flag `x` too.
            other if other.is_whitespace() || other == '#' => {
                let _ = write!(out, "\\x{{{:X}}}", u32::from(other));
            }
            other => {
                if needs_backslash(other, is_in_class) {
                    out.push('\\');
                }
                out.push(other);
            }
        }
        Ok(())
    }

    fn octal(&mut self, out: &mut String, first: u32) {
        let mut value = first;
        for _ in 0..2 {
            let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(8)) else { break };
            value = value * 8 + digit;
            self.rest.next();
        }
        let _ = write!(out, "\\x{{{value:X}}}");
    }

    fn hexadecimal(&mut self, out: &mut String) -> Result<(), Untranslatable> {
        let mut value = None;
        for _ in 0..2 {
            let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(16)) else { break };
            value = Some(value.unwrap_or(0) * 16 + digit);
            self.rest.next();
        }
        let value = value.ok_or_else(|| Untranslatable::Other("\\x without digits".into()))?;
        let _ = write!(out, "\\x{{{value:X}}}");
        Ok(())
    }

    /// A class of characters; those inside it are classes of their own in both syntaxes.
    fn class(&mut self, out: &mut String) -> Result<(), Untranslatable> {
        out.push('[');
        let mut depth = 1_usize;
        let mut is_first = true;
        while let Some(c) = self.rest.next() {
            let was_first = std::mem::take(&mut is_first);
            match c {
                '^' if was_first => {
                    out.push('^');
                    is_first = true;
                }
                // Of a class that begins with one it is a member.
                ']' if was_first => out.push_str(r"\]"),
                ']' => {
                    out.push(']');
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                '[' if self.rest.peek() == Some(&':') => self.posix(out),
                '[' => {
                    out.push('[');
                    depth += 1;
                    is_first = true;
                }
                '\\' => self.escape(out, true)?,
                // `--` and `~~` are operators here and members there.
                '-' if out.ends_with('-') && !out.ends_with(r"\-") => out.push_str(r"\-"),
                '~' => out.push_str(r"\x7E"),
                '&' if self.rest.peek() != Some(&'&') && !out.ends_with("&&") => {
                    out.push_str(r"\x26")
                }
                other => out.push(other),
            }
        }
        Err(Untranslatable::Other("[ without ]".into()))
    }

    /// `[:alpha:]`, as it stands.
    fn posix(&mut self, out: &mut String) {
        out.push('[');
        for c in self.rest.by_ref() {
            out.push(c);
            if c == ']' {
                return;
            }
        }
    }

    fn group(&mut self, out: &mut String) -> Result<(), Untranslatable> {
        if self.rest.peek() != Some(&'?') {
            self.catching(out);
            return Ok(());
        }
        self.rest.next();
        match self.rest.next() {
            Some(':') => out.push_str("(?:"),
            Some('=' | '!') => return Err(Untranslatable::LookAround),
            Some('>') => return Err(Untranslatable::Atomic),
            Some('#') => while self.rest.next().is_some_and(|c| c != ')') {},
            Some('<') => {
                if matches!(self.rest.peek(), Some('=' | '!')) {
                    return Err(Untranslatable::LookAround);
                }
                // A named group; parameters refer to groups by number.
                while self.rest.next().is_some_and(|c| c != '>') {}
                self.catching(out);
            }
            Some(first @ ('i' | 'm' | 'x' | '-')) => self.inline_flags(out, first)?,
            Some(other) => return Err(Untranslatable::Other(format!("(?{other}"))),
            None => return Err(Untranslatable::Other("(?".into())),
        }
        Ok(())
    }

    fn catching(&mut self, out: &mut String) {
        self.groups += 1;
        match (self.name)(self.groups) {
            Some(name) => out.extend(["(?<", name, ">"]),
            None => out.push_str("(?:"),
        }
    }

    fn inline_flags(&mut self, out: &mut String, first: char) -> Result<(), Untranslatable> {
        out.push_str("(?");
        let mut next = Some(first);
        while let Some(c) = next {
            match c {
                'm' => out.push('s'),
                'i' | 'x' | '-' => out.push(c),
                ':' | ')' => {
                    out.push(c);
                    return Ok(());
                }
                other => return Err(Untranslatable::Other(format!("(?…{other}"))),
            }
            next = self.rest.next();
        }
        Err(Untranslatable::Other("(?".into()))
    }

    /// A repetition after its brace; without a count the brace is a character.
    fn repetition(&mut self) -> Option<String> {
        let mut ahead = self.rest.clone();
        let mut inside = String::new();
        loop {
            match ahead.next()? {
                '}' => break,
                c if c.is_ascii_digit() || c == ',' => inside.push(c),
                _ => return None,
            }
        }
        let count = match inside.split_once(',') {
            None if inside.is_empty() => return None,
            None => format!("{{{inside}}}"),
            Some(("", "")) => return None,
            Some(("", most)) if !most.contains(',') => format!("{{0,{most}}}"),
            Some((_, most)) if most.contains(',') => return None,
            Some(_) => format!("{{{inside}}}"),
        };
        self.rest = ahead;
        Some(count)
    }
}

/// Whether a character stands for itself with a backslash alone.
const fn needs_backslash(c: char, is_in_class: bool) -> bool {
    match c {
        '\\' | '[' | ']' | '^' => true,
        '-' | '&' | '~' => is_in_class,
        '.' | '+' | '*' | '?' | '(' | ')' | '|' | '{' | '}' | '$' => !is_in_class,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(pattern: &str) -> Result<String, Untranslatable> {
        translate(pattern, "", Anchors::SAME, |_| None)
    }

    fn fits(pattern: &str, text: &str) -> bool {
        let translated = plain(pattern).unwrap();
        regex::Regex::new(&translated).expect(&translated).is_match(text)
    }

    #[test]
    fn what_both_syntaxes_have_stays() {
        assert_eq!(plain("^A(?:b|c)*?d{2,}$").unwrap(), "(?m)^A(?:b|c)*?d{2,}$");
        assert!(fits(r"^Acme\/([\d\.]+) \(R\&D\)$", "Acme/1.2 (R&D)"));
        assert!(fits(r"^[\w\-\.]+\s\h{4}\Z", "a-b.c 09aF\n"));
        assert!(!fits(r"^\w+$", "\u{e9}"), "letters are ASCII");
        assert!(fits("^a$", "x\na\ny"), "anchors are those of lines");
        assert!(fits(r"^\<a\>\ \_\%{x}$", "<a> _%{x}"));
        assert!(fits(r"^[]a\]&~+--]+[^\]]$", "]a]&~,-x"));
        assert!(fits(r"^[[:alpha:]][\D\s]{,2}\x41\0\012$", "zb A\0\n"));
        assert!(fits("^a(?#a note)b(?i-m:C)(?m:.)d", "abc\nd"));
        assert!(!fits("^a.b$", "a\nb"));
    }

    #[test]
    fn flags_are_letters() {
        assert_eq!(
            translate("a.b", "REG_ICASE,REG_DOT_NEWLINE", Anchors::SAME, |_| None).unwrap(),
            "(?mis)a.b"
        );
        assert_eq!(
            translate("a", "REG_MAGIC", Anchors::SAME, |_| None),
            Err(Untranslatable::Flag("REG_MAGIC".into()))
        );
    }

    #[test]
    fn groups_that_give_something_are_named() {
        let name = |group| (group == 2).then_some("model");
        assert_eq!(
            translate(r"(a)(?<x>b)\((c)", "", Anchors::SAME, name).unwrap(),
            r"(?m)(?:a)(?<model>b)\((?:c)"
        );
    }

    #[test]
    fn what_has_no_equal_is_refused() {
        for (pattern, why) in [
            ("a(?=b)", Untranslatable::LookAround),
            ("(?<!a)b", Untranslatable::LookAround),
            (r"(a)\1", Untranslatable::BackReference),
            (r"(?<n>a)\k<n>", Untranslatable::BackReference),
            ("(?>a+)b", Untranslatable::Atomic),
            ("a++b", Untranslatable::Atomic),
            ("[a", Untranslatable::Other("[ without ]".into())),
            (r"a\", Untranslatable::Other("\\ at the end".into())),
            ("(?(1)a|b)", Untranslatable::Other("(?(".into())),
        ] {
            assert_eq!(plain(pattern), Err(why), "{pattern}");
        }
    }
}
