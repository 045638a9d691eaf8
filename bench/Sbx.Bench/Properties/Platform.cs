using System.Runtime.Versioning;

// The file server, confinement and process handling below are Linux's; other systems have a driver but no daemon yet.
[assembly: SupportedOSPlatform("linux")]
