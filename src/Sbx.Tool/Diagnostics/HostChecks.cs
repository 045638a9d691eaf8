using System.Runtime.InteropServices;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Images.Prerequisites;
using Sbx.Tool.Commands;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Diagnostics;

/// <summary>The checks of <c>doctor</c> that need no daemon, so that they also tell why none starts.</summary>
internal sealed class HostChecks(CliContext context)
{
    private const string Installation = "Installation";
    private const string Host = "Host";
    private const string Storage = "Storage";

    /// <summary>Runs them all; none can stop another.</summary>
    public IReadOnlyList<DiagnosticCheck> Run() =>
    [
        Check(Installation, "sbx", () => new(Installation, "sbx", "pass", $"v{VersionCommand.Version}", $"{AppContext.BaseDirectory} on .NET {Environment.Version}")),
        Check(Host, "system", System),
        .. Programs(),
        Check(Host, "kvm", Kvm),
        .. new[] { ("data", context.Paths.Data), ("cache", context.Paths.Cache), ("state", context.Paths.State), ("config", context.Paths.Config), ("run", context.Paths.Run) }
            .Select(d => Check(Storage, $"{d.Item1} directory", () => Writable($"{d.Item1} directory", d.Item2))),
    ];

    private static DiagnosticCheck Check(string group, string name, Func<DiagnosticCheck> check)
    {
        try
        {
            return check();
        }
        catch (Exception e) when (e is SbxException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return new DiagnosticCheck(group, name, "fail", e.Message, null, (e as SbxException)?.Hint);
        }
    }

    private static DiagnosticCheck System()
    {
        var text = $"{HostSystem.Current().Name}, {RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}, {Environment.ProcessorCount} CPU";
        return OperatingSystem.IsLinux()
            ? new(Host, "system", "pass", text)
            : new(Host, "system", "fail", text, null, "sbx needs Linux; on Windows it runs in WSL 2");
    }

    private static IEnumerable<DiagnosticCheck> Programs() => HostPrerequisites.Check().Select(p => p.IsPresent
        ? new DiagnosticCheck(Host, p.Name, "pass", p.Version ?? "found", p.Path)
        : new DiagnosticCheck(Host, p.Name, "fail", $"not found; it is needed for {p.NeededFor}", null, "install it: sbx setup"));

    private static DiagnosticCheck Kvm()
    {
        const string device = "/dev/kvm";
        if (!OperatingSystem.IsLinux())
            return new(Host, "kvm", "skip", "only on Linux");
        if (!File.Exists(device))
            return new(Host, "kvm", "warn", $"there is no {device}: machines are emulated, several times slower", null, "turn on virtualization in the firmware, or nested virtualization of the VM");
        return Terminal.Posix.Access(device, Terminal.Posix.ReadAccess | Terminal.Posix.WriteAccess) == 0
            ? new(Host, "kvm", "pass", $"{device} can be opened", "whether it works is found out by a short boot")
            : new(Host, "kvm", "warn", $"no permission for {device}: machines are emulated, several times slower", null, "add yourself to its group: sudo usermod -aG kvm $USER, then log in again");
    }

    private static DiagnosticCheck Writable(string name, string path)
    {
        var existing = path;
        while (!Path.Exists(existing))
            existing = Path.GetDirectoryName(existing)!;
        if (!OperatingSystem.IsWindows() && Terminal.Posix.Access(existing, Terminal.Posix.WriteAccess | Terminal.Posix.ExecuteAccess) != 0)
            return new(Storage, name, "fail", $"no permission to write to {existing}", path, "correct its owner, or set SBX_HOME to another directory");
        if (existing == path && !OperatingSystem.IsWindows() && name.StartsWith("run", StringComparison.Ordinal)
            && (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            return new(Storage, name, "fail", $"others can write to {path}", null, $"chmod 700 {path}");
        return new(Storage, name, "pass", path);
    }
}
