using System.Text.RegularExpressions;

namespace Sbx.Machines.Qemu;

/// <summary>Version of a QEMU.</summary>
/// <param name="Text">The exact line it prints; part of a warm image's key.</param>
/// <param name="Number">Its number.</param>
internal sealed partial record QemuVersion(string Text, Version Number)
{
    /// <summary>Oldest version that is supported.</summary>
    public static readonly Version Oldest = new(7, 0);

    /// <summary>Whether a private mapping of a file can be made from a descriptor that only reads (since 8.2).</summary>
    public bool MapsReadOnlyFilesPrivately => Number >= new Version(8, 2);

    /// <summary>Reads the output of --version; null when it is none.</summary>
    public static QemuVersion? Parse(string output)
    {
        var match = Pattern().Match(output);
        return match.Success && Version.TryParse(match.Groups["number"].ValueSpan, out var number) ? new QemuVersion(match.Value.Trim(), number) : null;
    }

    [GeneratedRegex(@"^QEMU emulator version (?<number>\d{1,4}\.\d{1,4}(\.\d{1,4})?).*$", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
