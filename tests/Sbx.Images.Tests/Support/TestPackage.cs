using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sbx.Images.Payloads;

namespace Sbx.Images.Tests.Support;

/// <summary>A package made as nuget/pack.sh makes them.</summary>
internal sealed class TestPackage
{
    private TestPackage(PayloadPackage entry, byte[] bytes) => (Entry, Bytes) = (entry, bytes);

    public PayloadPackage Entry { get; }

    public byte[] Bytes { get; }

    public static TestPackage Guest(string version = "1.0.0", string content = "kernel") => Make(
        "guest", "linux-x64", "Sbx.Test.Guest", version, new() { ["vmlinux"] = Encoding.UTF8.GetBytes(content), ["initramfs.cpio"] = "initramfs"u8.ToArray(), ["licences/linux/copyright"] = "GPL"u8.ToArray() });

    public static TestPackage Template(string version = "1.0.0", int size = 1 << 20) => Make(
        "template", "shell", "Sbx.Test.Template", version, new() { ["root.squashfs"] = Noise(size) });

    /// <summary>Makes a package of files, and of entries that its manifest does not name.</summary>
    public static TestPackage Make(string kind, string name, string id, string version, Dictionary<string, byte[]> files, Dictionary<string, byte[]>? stray = null)
    {
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            format = 1,
            files = files.Select(f => new { path = f.Key, size = f.Value.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(f.Value)) }),
        });
        return Make(kind, name, id, version, manifest, files.Sum(f => f.Value.Length), files.ToDictionary(f => "payload/" + f.Key, f => f.Value), stray ?? []);
    }

    /// <summary>Makes a package of a manifest and entries that may not belong together.</summary>
    public static TestPackage Make(
        string kind, string name, string id, string version, byte[] manifest, long unpackedSize, Dictionary<string, byte[]> entries, Dictionary<string, byte[]> stray)
    {
        var nuspec = $"""
            <?xml version="1.0" encoding="utf-8"?>
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata>
            <id>{id}</id><version>{version}</version><authors>a</authors><description>d</description></metadata></package>
            """;
        var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (path, content) in entries.Concat(stray).Append(new($"{id}.nuspec", Encoding.UTF8.GetBytes(nuspec))).Append(new("manifest.json", manifest)))
            {
                using var stream = archive.CreateEntry(path, CompressionLevel.Fastest).Open();
                stream.Write(content);
            }
        }

        var bytes = buffer.ToArray();
        return new TestPackage(
            new PayloadPackage
            {
                Kind = kind,
                Name = name,
                Id = id,
                Version = version,
                Size = bytes.Length,
                UnpackedSize = unpackedSize,
                Sha512 = Convert.ToBase64String(SHA512.HashData(bytes)),
                Digest = Manifest.DigestOf(manifest),
            },
            bytes);
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }
}
