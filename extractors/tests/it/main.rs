mod classify;
mod classify_measured;
