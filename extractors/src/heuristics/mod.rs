//! Reading pages that nobody wrote a profile for.
