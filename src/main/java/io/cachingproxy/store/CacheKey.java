package io.cachingproxy.store;

import io.cachingproxy.http.TargetUri;
import org.jspecify.annotations.Nullable;

/**
 * The primary cache key (RFC 9111 §2): the target URI as the origin sees it, byte for byte, the
 * site that was asked for where the URI doesn't say it, and the values of fields that are part of
 * the key. The method is not part of it: only GET responses are stored, and a HEAD is answered from
 * them. Immutable.
 *
 * <p>Clients choose the URIs, and could choose a hundred thousand with the same hash code. Keys are
 * comparable so that hash maps can search colliding ones in logarithmic time.
 */
public final class CacheKey implements Comparable<CacheKey> {

  /** Between a path and what makes queries equivalent: no target has it in it. */
  private static final char EQUIVALENTS = '\n';

  private final String text;

  /** Where the values of fields begin, which may be credentials. */
  private final int fieldsAt;

  private CacheKey(String text, int fieldsAt) {
    this.text = text;
    this.fieldsAt = fieldsAt;
  }

  /** The key of a URI that says all there is. */
  public CacheKey(String uri) {
    this(uri, uri.length());
  }

  /** The key of a target. */
  public static CacheKey of(TargetUri target) {
    String text = target.key();
    String fields = target.fields();
    return new CacheKey(text, fields == null ? text.length() : text.length() - fields.length() - 1);
  }

  /**
   * The key that targets share which a rule makes equivalent.
   *
   * @param path the target without its query
   * @param rule the number of the rule; keys of different rules differ
   * @param query what the rule leaves of the query, the same for equivalent ones only
   */
  public static CacheKey ofEquivalents(TargetUri path, long rule, String query) {
    CacheKey exact = of(path);
    String text = exact.text + EQUIVALENTS + rule + EQUIVALENTS + query;
    boolean hasFields = exact.fieldsAt < exact.text.length();
    return new CacheKey(text, hasFields ? exact.fieldsAt : text.length());
  }

  /** All of it as one string, which differs wherever the keys do. */
  public String text() {
    return text;
  }

  /** What is remembered where a key needs only to be recognised. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(text);
  }

  /**
   * For logs and events: what stands for the values of fields tells nothing of them, and is another
   * after a restart.
   */
  public String redacted() {
    return fieldsAt == text.length()
        ? text
        : text.substring(0, fieldsAt) + " #" + Integer.toHexString(fingerprint().hashCode());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CacheKey that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public int compareTo(CacheKey other) {
    return text.compareTo(other.text);
  }

  /** The redacted form. */
  @Override
  public String toString() {
    return redacted();
  }
}
