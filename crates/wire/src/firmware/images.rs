//! Images that any maker uses: boot images and file systems. They name no maker; some bear a name and a day.

use super::{Container, Field, day_of_unix};
use crate::octets::{text_at, u16_le_at, u32_be_at, u32_le_at};

/// The image that `head` is the start of.
pub(super) fn read(head: &[u8]) -> Option<Container> {
    u_image(head)
        .or_else(|| device_tree(head))
        .or_else(|| squash_fs(head))
        .or_else(|| jffs2(head))
        .or_else(|| android_boot(head))
        .or_else(|| android_sparse(head))
}

/// The older image of U-Boot, in network order: `magic  checksum  time  size  …  os  arch  type  packing  name[32]`.
fn u_image(head: &[u8]) -> Option<Container> {
    /// Numbers of operating systems, processors and types end far below.
    const NUMBER_MAX: u8 = 64;
    if u32_be_at(head, 0)? != 0x2705_1956 {
        return None;
    }
    let numbers = head.get(28..31);
    if numbers.is_some_and(|numbers| numbers.iter().any(|number| *number > NUMBER_MAX)) {
        return None;
    }
    let mut container = Container::new("uImage");
    container.say(Field::Name, text_at(head, 32, 32));
    say_day(u32_be_at(head, 8), &mut container);
    if head.len() < 64 {
        container.say(Field::Header, "cut");
    }
    Some(container)
}

/// A flattened device tree, the form of U-Boot's newer images (FIT): sizes and places within the whole.
fn device_tree(head: &[u8]) -> Option<Container> {
    let number = |at| u32_be_at(head, at);
    let whole = number(4)?;
    let lies_within = [8, 12].into_iter().all(|at| number(at).is_some_and(|place| place < whole));
    let is_one = number(0)? == 0xd00d_feed && lies_within;
    is_one.then(|| Container::new("FIT image or device tree"))
}

/// SquashFS 4: `hsqs`, number of inodes, time, block size, a power of two.
fn squash_fs(head: &[u8]) -> Option<Container> {
    let is_block = u32_le_at(head, 12)?.is_power_of_two();
    let is_one = head.starts_with(b"hsqs") && is_block;
    let mut container = is_one.then(|| Container::new("SquashFS"))?;
    say_day(u32_le_at(head, 8), &mut container);
    Some(container)
}

/// JFFS2: two bytes that mark a node, and the number of a kind of node.
fn jffs2(head: &[u8]) -> Option<Container> {
    const NODES: [u16; 7] = [0xe001, 0xe002, 0x2003, 0x2004, 0x2006, 0xe008, 0xe009];
    let is_one = u16_le_at(head, 0)? == 0x1985 && NODES.contains(&u16_le_at(head, 2)?);
    is_one.then(|| Container::new("JFFS2"))
}

fn android_boot(head: &[u8]) -> Option<Container> {
    let is_one = head.starts_with(b"ANDROID!");
    let mut container = is_one.then(|| Container::new("Android boot image"))?;
    container.say(Field::Name, text_at(head, 48, 16));
    Some(container)
}

/// `magic  u16 major = 1  u16 minor  u16 header size = 28`.
fn android_sparse(head: &[u8]) -> Option<Container> {
    let is_one =
        u32_le_at(head, 0)? == 0xed26_ff3a && u16_le_at(head, 4)? == 1 && u16_le_at(head, 8)? == 28;
    is_one.then(|| Container::new("Android sparse image"))
}

fn say_day(seconds: Option<u32>, container: &mut Container) {
    container.say(Field::Built, seconds.and_then(day_of_unix).unwrap_or_default());
}
