using Sbx.Api;
using Sbx.Api.Contracts;
using Sbx.Daemon.Egress;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Sandboxes;
using Sbx.Daemon.Secrets;
using Sbx.Images;
using Sbx.Machines.Qemu;
using Sbx.Policies.Store;

namespace Sbx.Daemon.Hosting;

/// <summary>What lies on the host because of sbx: counting it, clearing what a killed daemon left, deleting all of it.</summary>
internal sealed class Housekeeping(
    SbxPaths paths, SandboxService sandboxes, SandboxStore store, ImageStore images, QemuDriver driver, PolicyStore policies, SecretVault vault, EgressService egress)
{
    /// <summary>Ends machines whose daemon was killed, removes their sockets, and warm images that nothing can use any more.</summary>
    public void ClearLeftovers()
    {
        driver.ReapOrphans();
        driver.Trim();
    }

    public DiskUsage Usage() => new(
        [.. sandboxes.All.Select(Usage)], driver.WarmImageBytes(), images.SizeOnDisk());

    /// <summary>Removes all sandboxes, warm images, cached packages, rules, secrets and the egress log.</summary>
    public async Task ResetAsync(IProgress<OperationEvent> progress)
    {
        foreach (var sandbox in sandboxes.All.ToList())
        {
            progress.Report(new OperationEvent { Status = $"Removing sandbox '{sandbox.Record.Name}'" });
            await sandboxes.RemoveAsync(sandbox.Record.Name, force: true, CancellationToken.None).ConfigureAwait(false);
        }

        progress.Report(new OperationEvent { Status = "Deleting warm images and cached templates" });
        foreach (var part in new[] { "warm", "disks" })
        {
            if (Directory.Exists(Path.Combine(paths.Cache, part)))
                Directory.Delete(Path.Combine(paths.Cache, part), recursive: true);
        }

        driver.ForgetAccelerator();
        images.Clear();
        progress.Report(new OperationEvent { Status = "Deleting policy, secrets and the egress log" });
        policies.Reset();
        await (await vault.OpenAsync(CancellationToken.None).ConfigureAwait(false)).ResetAsync(CancellationToken.None).ConfigureAwait(false);
        await (await egress.LogAsync(CancellationToken.None).ConfigureAwait(false)).ClearAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private SandboxUsage Usage(Sandbox sandbox) => new(
        sandbox.Record.Name, FileFacts.AllocatedBytes(store.DiskOf(sandbox.Record.Id)), sandbox.Record.Limits.DiskBytes,
        sandbox.Running is { } machine ? ProcessMemory.Anonymous(machine.ProcessId) : null);
}
