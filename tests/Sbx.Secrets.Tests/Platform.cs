using System.Runtime.Versioning;

// The tests need GNOME Keyring and file modes.
[assembly: SupportedOSPlatform("linux")]
