//! Disks that are full or read-only. A small tmpfs is mounted for that, which takes root: without it these tests say that they were skipped.

use std::path::Path;
use std::process::Command;

use super::hostile::{Host, answer, send};
use super::outing::{HEALTHY_PAGES, MEMORY, Outing};

/// A tmpfs over the data folder of an instance, unmounted at the end.
struct Disk<'a> {
    outing: &'a Outing,
}

impl<'a> Disk<'a> {
    /// `None` where this process may not mount.
    fn mount(outing: &'a Outing, size: &str) -> Option<Self> {
        let folder = outing.place.data();
        std::fs::create_dir_all(&folder).unwrap();
        if !mount(&["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"], &folder) {
            println!("skipped: this process may not mount a tmpfs");
            return None;
        }
        Some(Self { outing })
    }

    /// Gives the disk another size, or makes it read-only and back.
    fn remount(&self, option: &str) {
        assert!(mount(&["-o", &format!("remount,{option}")], &self.outing.place.data()), "remount with {option}");
    }
}

impl Drop for Disk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.outing.place.data()).status();
    }
}

fn mount(arguments: &[&str], folder: &Path) -> bool {
    Command::new("mount").args(arguments).arg(folder).output().is_ok_and(|output| output.status.success())
}

const PAGES: usize = 24;

/// A host with pages of 300 kB that do not compress.
fn bulky() -> Host {
    Host::start(|hit, stream| {
        let links: String = (0..PAGES).map(|n| format!("<a href=/big/{n}>{n}</a> ")).collect();
        let mut state =
            hit.path.bytes().fold(0x9e37_79b9_7f4a_7c15_u64, |state, byte| state.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            b' ' + u8::try_from(state % 90).unwrap_or(0)
        })
        .filter(|byte| !b"<&".contains(byte))
        .take(if hit.path == "/" { 0 } else { 300_000 })
        .collect();
        let page = [b"<!doctype html><title>Big</title><p>".as_slice(), links.as_bytes(), &noise].concat();
        send(stream, &answer("Content-Type: text/html; charset=utf-8\r\n", &page));
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_nothing_is_lost_or_doubled_when_there_is_room_again() {
    let (outing, host) = (Outing::new(), bulky());
    let Some(disk) = Disk::mount(&outing, "5m") else { return };
    outing.hostile("hostile", &[host.url("/")]);
    for _ in 0..2 {
        let before = outing.healthy.hits().len();
        let run = outing.crawl(&[]);
        run.ended(&[1], MEMORY);
        // Up to the end, and in the run that ends at once too.
        outing.healthy_was_not_left_waiting(before);
        assert!(run.said.contains("hint: ") || run.said.contains("; free space"), "{}", run.said);
        assert!(["No space left", "disk is full", "disk full"].iter().any(|words| run.said.contains(words)), "{}", run.said);
    }
    let asked = host.hits().len();
    assert!(asked > 5, "the disk was not full at once: {asked}");
    disk.remount("size=200m");
    let before = outing.healthy.hits().len();
    outing.crawl(&[]).ended(&[0], MEMORY);
    outing.healthy_was_not_left_waiting(before);
    outing.place.expect(0, &["verify"]);
    let kept = outing.kept().await;
    for (source, pages) in [("hostile", PAGES + 1), ("healthy", HEALTHY_PAGES + 1)] {
        let of = kept.iter().filter(|kept| kept.row.source == source && kept.row.outcome == "ok");
        let mut addresses: Vec<&str> = of.map(|kept| kept.row.address.as_str()).collect();
        addresses.sort_unstable();
        let all = addresses.len();
        addresses.dedup();
        assert_eq!((addresses.len(), all), (pages, pages), "every page of {source} is kept, once");
    }
    let healthy = outing.place.listings().iter().filter(|row| row["source"] == "healthy").count();
    assert_eq!(healthy, HEALTHY_PAGES);
}

#[test]
fn a_disk_without_any_room_is_said() {
    let outing = Outing::new();
    let Some(_disk) = Disk::mount(&outing, "16k") else { return };
    let run = outing.crawl(&[]);
    run.ended(&[1], MEMORY);
    assert!(run.said.contains("hint: ") || run.said.contains("; free space"), "{}", run.said);
    assert!(outing.healthy.hits().is_empty(), "nothing is fetched that could not be kept");
    outing.refused(1, &["crawl", "--once", "--json"]);
}

#[test]
fn a_read_only_data_folder_is_said_before_anything_is_fetched() {
    let outing = Outing::new();
    let Some(disk) = Disk::mount(&outing, "100m") else { return };
    outing.crawl(&[]).ended(&[0], MEMORY);
    let asked = outing.healthy.hits().len();
    disk.remount("ro");
    for arguments in [["crawl", "--once", "--revisit"].as_slice(), &["reindex"], &["search", "glock"], &["watch", "add", "w", "glock"]] {
        let said = outing.refused(1, arguments);
        assert!(said.to_lowercase().contains("read-only") || said.contains("readonly"), "{arguments:?}: {said}");
    }
    disk.remount("rw");
    outing.crawl(&["--revisit"]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace_since(asked);
}
