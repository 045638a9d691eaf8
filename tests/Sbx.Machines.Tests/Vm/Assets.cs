using System.Security.Cryptography;

namespace Sbx.Machines.Tests.Vm;

/// <summary>The built guest.</summary>
/// <param name="directory">Where vmlinux, initramfs.* and root.squashfs are.</param>
internal sealed class Assets(string directory)
{
    public const string Variable = "SBX_TEST_ASSETS";

    public string Directory => directory;

    public static Assets FromEnvironment() => new(
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path
            ? path
            : throw new InvalidOperationException($"{Variable} names no directory with vmlinux, initramfs.* and root.squashfs; run the tests by ./test.sh, which builds them"));

    public MachineImage Image()
    {
        var kernel = Find("vmlinux");
        var initramfs = Find("initramfs.c*");
        var root = Find("root.squashfs");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in (string[])[kernel, initramfs, root])
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(path)));
        return new MachineImage(kernel, initramfs, root, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private string Find(string pattern) =>
        System.IO.Directory.EnumerateFiles(directory, pattern).FirstOrDefault()
        ?? throw new InvalidOperationException($"{directory} ({Variable}) holds no {pattern}; run the tests by ./test.sh, which builds it");
}
