package io.cachingproxy.config;

/** The version of the running program. */
public final class ProgramVersion {

  private ProgramVersion() {}

  /** The version in the jar's manifest, or {@code development} outside a jar. */
  public static String current() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
