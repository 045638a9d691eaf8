using System.Runtime.Versioning;

// Machines are tested on Linux, where they run.
[assembly: SupportedOSPlatform("linux")]
