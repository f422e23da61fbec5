package io.cachingproxy.config;

/** A value as somebody wrote it, not parsed yet, and where. */
record RawValue(String text, Source source) {}
