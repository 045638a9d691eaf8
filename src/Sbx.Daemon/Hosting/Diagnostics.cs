using Sbx.Api;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Egress;
using Sbx.Daemon.Http;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Sandboxes;
using Sbx.Daemon.Secrets;
using Sbx.Images;
using Sbx.Machines.Qemu;
using Sbx.Policies;
using Sbx.Policies.Presets;
using Sbx.Policies.Store;
using Sbx.Secrets;

namespace Sbx.Daemon.Hosting;

/// <summary>The checks of <c>sbx doctor</c> that need the daemon. Each stands alone; none can stop another.</summary>
internal sealed class Diagnostics(
    SbxPaths paths, ImageStore images, MachineImages machines, QemuDriver driver, SandboxService sandboxes, PolicyStore policies, SecretVault vault, EgressService egress)
{
    private const string Machine = "Machine";
    private const string Network = "Network";

    public async Task<DiagnosticReport> RunAsync(CancellationToken cancellationToken)
    {
        var checks = new List<DiagnosticCheck>
        {
            new("Daemon", "daemon", "pass", $"sbx {SandboxService.Version}, process {Environment.ProcessId}", $"socket {paths.Socket}"),
            await CheckAsync(Machine, "qemu", QemuAsync, cancellationToken).ConfigureAwait(false),
            await CheckAsync(Machine, "accelerator", AcceleratorAsync, cancellationToken).ConfigureAwait(false),
            await CheckAsync(Network, "policy", PolicyAsync, cancellationToken).ConfigureAwait(false),
            await CheckAsync(Network, "secrets", SecretsAsync, cancellationToken).ConfigureAwait(false),
            await CheckAsync(Network, "log", LogAsync, cancellationToken).ConfigureAwait(false),
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
        catch (Exception e) when (e is SbxException or SecretException or PolicyException or IOException or UnauthorizedAccessException)
        {
            var known = ErrorAnswer.Translate(e);
            return new DiagnosticCheck(group, name, "fail", known.Message, null, known.Hint);
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

    private Task<DiagnosticCheck> PolicyAsync(CancellationToken cancellationToken)
    {
        var set = policies.List(null);
        var preset = PolicyPresets.NameOf(set.Preset);
        return Task.FromResult(set.Problem is { } problem
            ? new DiagnosticCheck(Network, "policy", "fail", problem, null, "correct the file, or: sbx policy reset")
            : new DiagnosticCheck(Network, "policy", "pass", $"preset {preset}{(set.IsInitialized ? string.Empty : " (the default)")}", $"{paths.Config}/policy.yaml"));
    }

    private async Task<DiagnosticCheck> SecretsAsync(CancellationToken cancellationToken)
    {
        var catalog = await vault.OpenAsync(cancellationToken).ConfigureAwait(false);
        return new DiagnosticCheck(Network, "secrets", "pass", catalog.Store.Kind, catalog.Store.Description);
    }

    private async Task<DiagnosticCheck> LogAsync(CancellationToken cancellationToken)
    {
        await egress.LogAsync(cancellationToken).ConfigureAwait(false);
        if (Environment.GetEnvironmentVariable(UpstreamSettings.ResolveVariable) is { Length: > 0 } mapped)
            return new DiagnosticCheck(Network, "log", "warn", "destinations are mapped for a test", mapped, $"unset {UpstreamSettings.ResolveVariable}, then: sbx daemon stop");
        return egress.Health is { IsWritable: true }
            ? new DiagnosticCheck(Network, "log", "pass", "every decision is written", $"{paths.State}/egress.db")
            : new DiagnosticCheck(Network, "log", "warn", "decisions cannot be written now", egress.Health?.Problem, "free disk space");
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
