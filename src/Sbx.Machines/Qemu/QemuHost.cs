using Sbx.Api.Errors;
using Sbx.Machines.Processes;

namespace Sbx.Machines.Qemu;

/// <summary>The QEMU of this host, and how it can be confined.</summary>
/// <param name="Binary">Absolute path.</param>
/// <param name="Version">First line of its --version, with the distribution's revision.</param>
/// <param name="Confinement">Strongest level under which it runs.</param>
internal sealed record QemuHost(string Binary, QemuVersion Version, Confinement Confinement)
{
    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(20);

    /// <summary>Name of the program.</summary>
    public const string Program = "qemu-system-x86_64";

    /// <summary>Finds QEMU.</summary>
    /// <param name="configured">Path from the options, or null.</param>
    /// <exception cref="SbxException">HostPrerequisite: it is not there.</exception>
    public static string Find(string? configured)
    {
        var path = configured is null ? Programs.Find(Program) : File.Exists(configured) ? configured : null;
        return path ?? throw new SbxException(ErrorCode.HostPrerequisite, $"{configured ?? Program} was not found", "run: sbx setup");
    }

    /// <summary>Asks QEMU for its version under each level of confinement until one works.</summary>
    /// <exception cref="SbxException">HostPrerequisite: it does not run, or is too old.</exception>
    public static async Task<QemuHost> DetectAsync(string binary, TimeProvider time, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
            throw new SbxException(ErrorCode.HostPrerequisite, "sandboxes cannot be started from Windows itself yet", "run sbx inside WSL 2");
        var last = "";
        foreach (var confinement in Confinement.Levels())
        {
            var output = await AskVersionAsync([.. confinement.Prefix("probe", deviceGroup: null), binary, "--version"], time, cancellationToken).ConfigureAwait(false);
            if (QemuVersion.Parse(output) is not { } version)
            {
                last = output;
                continue;
            }

            if (version.Number < QemuVersion.Oldest)
                throw new SbxException(ErrorCode.HostPrerequisite, $"QEMU {version.Number} is too old: {QemuVersion.Oldest} or later is needed", "run: sbx setup");
            return new QemuHost(binary, version, confinement);
        }

        throw new SbxException(ErrorCode.HostPrerequisite, $"{binary} does not run: {ConsoleText.LastLines(last)}", "run: sbx setup");
    }

    private static async Task<string> AskVersionAsync(IReadOnlyList<string> command, TimeProvider time, CancellationToken cancellationToken)
    {
        var child = await ChildProcess.StartAsync(command, []).ConfigureAwait(false);
        try
        {
            await child.Exited.WaitAsync(ProbeDeadline, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return "it did not answer --version";
        }
        finally
        {
            child.Kill();
        }

        return child.Output;
    }
}
