namespace Sbx.Machines.Qemu;

/// <summary>What <c>sbx doctor</c> tells of the host's QEMU.</summary>
/// <param name="Binary">Absolute path.</param>
/// <param name="Version">The line it prints as its version.</param>
/// <param name="Confinement">How its processes are shut in.</param>
public sealed record QemuDescription(string Binary, string Version, string Confinement);
