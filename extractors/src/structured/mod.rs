//! Structured data that a page carries for machines: JSON-LD, microdata, RDFa and Open Graph.
