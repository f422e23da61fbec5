package io.cachingproxy.config;

/** The version of the program that runs. */
public final class ProgramVersion {

  private ProgramVersion() {}

  /** What the jar's manifest says, or {@code development} outside a jar. */
  public static String current() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
