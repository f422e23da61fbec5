package io.cachingproxy.config;

/** A value as written, not parsed yet, and its source. */
record RawValue(String text, Source source) {}
