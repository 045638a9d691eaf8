using Sbx.Api;
using Sbx.Api.Contracts;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Sandboxes;
using Sbx.Images;
using Sbx.Machines.Qemu;

namespace Sbx.Daemon.Hosting;

/// <summary>What lies on the host because of sbx: counting it, clearing what a killed daemon left, deleting all of it.</summary>
internal sealed class Housekeeping(SbxPaths paths, SandboxService sandboxes, SandboxStore store, ImageStore images, QemuDriver driver)
{
    /// <summary>Ends machines whose daemon was killed, removes their sockets, and warm images that nothing can use any more.</summary>
    public void ClearLeftovers()
    {
        driver.ReapOrphans();
        driver.Trim();
    }

    public DiskUsage Usage() => new(
        [.. sandboxes.All.Select(Usage)], driver.WarmImageBytes(), images.SizeOnDisk());

    /// <summary>Removes all sandboxes, warm images and cached packages.</summary>
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
    }

    private SandboxUsage Usage(Sandbox sandbox) => new(
        sandbox.Record.Name, FileFacts.AllocatedBytes(store.DiskOf(sandbox.Record.Id)), sandbox.Record.Limits.DiskBytes,
        sandbox.Running is { } machine ? ProcessMemory.Anonymous(machine.ProcessId) : null);
}
