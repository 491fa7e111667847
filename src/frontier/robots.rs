//! Rules of robots.txt.
