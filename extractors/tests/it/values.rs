//! Money, quantities, countries and dates as pages write them.
