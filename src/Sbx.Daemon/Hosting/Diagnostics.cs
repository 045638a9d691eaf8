using Sbx.Api;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Sandboxes;
using Sbx.Images;
using Sbx.Machines.Qemu;

namespace Sbx.Daemon.Hosting;

/// <summary>The checks of <c>sbx doctor</c> that need the daemon. Each stands alone; none can stop another.</summary>
internal sealed class Diagnostics(SbxPaths paths, ImageStore images, MachineImages machines, QemuDriver driver, SandboxService sandboxes)
{
    private const string Machine = "Machine";

    public async Task<DiagnosticReport> RunAsync(CancellationToken cancellationToken)
    {
        var checks = new List<DiagnosticCheck>
        {
            new("Daemon", "daemon", "pass", $"sbx {SandboxService.Version}, process {Environment.ProcessId}", $"socket {paths.Socket}"),
            await CheckAsync(Machine, "qemu", QemuAsync, cancellationToken).ConfigureAwait(false),
            await CheckAsync(Machine, "accelerator", AcceleratorAsync, cancellationToken).ConfigureAwait(false),
            await CheckAsync("Storage", "templates", TemplatesAsync, cancellationToken).ConfigureAwait(false),
            await CheckAsync("Storage", "disk space", DiskAsync, cancellationToken).ConfigureAwait(false),
        };
        checks.AddRange(sandboxes.All.Where(s => s.ToInfo().Status == SandboxStatus.Unresponsive)
            .Select(s => new DiagnosticCheck("Sandboxes", s.Record.Name, "warn", "its machine does not answer", null, $"sbx stop {s.Record.Name}")));
        return new DiagnosticReport(SandboxService.Version, checks, new DiagnosticSummary(
            checks.Count(c => c.Status == "pass"), checks.Count(c => c.Status == "warn"), checks.Count(c => c.Status == "fail"), checks.Count(c => c.Status == "skip")));
    }

    private static async Task<DiagnosticCheck> CheckAsync(
        string group, string name, Func<CancellationToken, Task<DiagnosticCheck>> check, CancellationToken cancellationToken)
    {
        try
        {
            return await check(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SbxException or IOException or UnauthorizedAccessException)
        {
            return new DiagnosticCheck(group, name, "fail", e.Message, null, (e as SbxException)?.Hint);
        }
    }

    private async Task<DiagnosticCheck> QemuAsync(CancellationToken cancellationToken)
    {
        var qemu = await driver.InspectAsync(cancellationToken).ConfigureAwait(false);
        return new DiagnosticCheck(Machine, "qemu", "pass", qemu.Version, $"{qemu.Binary}; {qemu.Confinement}");
    }

    private async Task<DiagnosticCheck> AcceleratorAsync(CancellationToken cancellationToken)
    {
        var image = await machines.OfTemplateAsync("shell", progress: null, cancellationToken).ConfigureAwait(false);
        var verdict = await driver.FindAcceleratorAsync(image.Machine, progress: null, cancellationToken).ConfigureAwait(false);
        return verdict.Emulated
            ? new DiagnosticCheck(Machine, "accelerator", "warn", "emulation (TCG): everything works, programs run several times slower", verdict.Explanation,
                "on a machine with KVM: add yourself to the group kvm, or turn on nested virtualization")
            : new DiagnosticCheck(Machine, "accelerator", "pass", verdict.Accelerator.ToString().ToUpperInvariant(), verdict.Explanation);
    }

    private Task<DiagnosticCheck> TemplatesAsync(CancellationToken cancellationToken)
    {
        var templates = images.ListTemplates();
        var text = string.Join(", ", templates.Select(t => $"{t.Name} {t.Version}{(t.IsFetched ? string.Empty : " (not fetched yet)")}"));
        return Task.FromResult(new DiagnosticCheck("Storage", "templates", "pass", text, $"cache {paths.Cache}"));
    }

    private Task<DiagnosticCheck> DiskAsync(CancellationToken cancellationToken)
    {
        var free = new DriveInfo(paths.Data).AvailableFreeSpace;
        var gibibytes = free / (double)(1L << 30);
        return Task.FromResult(free > 2L << 30
            ? new DiagnosticCheck("Storage", "disk space", "pass", $"{gibibytes:0.0} GiB free", paths.Data)
            : new DiagnosticCheck("Storage", "disk space", "warn", $"{gibibytes:0.0} GiB free", paths.Data, "free space: sbx prune"));
    }
}
