using System.Security.Cryptography;
using System.Text;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Sandboxes;
using Sbx.Images;
using Sbx.Machines;

namespace Sbx.Daemon.Machines;

/// <summary>Brings images, driver, file server and identity together into a running machine.</summary>
internal sealed class MachineStarter(ImageStore images, IMachineDriver driver, TimeProvider time)
{
    public async Task<RunningMachine> StartAsync(
        SandboxRecord record, string diskPath, IProgress<OperationEvent>? progress, CancellationToken cancellationToken)
    {
        foreach (var workspace in record.Workspaces)
        {
            if (!Path.Exists(workspace.Path))
            {
                throw new SbxException(
                    ErrorCode.NotFound, $"workspace {workspace.Path} of sandbox '{record.Name}' is no longer there",
                    $"put it back, or remove the sandbox: sbx rm {record.Name}");
            }
        }

        var image = await ImageAsync(record, progress, cancellationToken).ConfigureAwait(false);
        var spec = new MachineSpec(
            record.Id, image, new MachineShape(record.Limits.Cpus, record.Limits.MemoryBytes, record.Limits.DiskBytes), diskPath);
        var lines = progress is null ? null : new StatusLines(progress);
        var machine = await driver.StartAsync(spec, lines, cancellationToken).ConfigureAwait(false);
        return await RunningMachine.PersonalizeAsync(machine, record, time, cancellationToken).ConfigureAwait(false);
    }

    private async Task<MachineImage> ImageAsync(SandboxRecord record, IProgress<OperationEvent>? progress, CancellationToken cancellationToken)
    {
        var download = progress is null ? null : new ImageLines(progress);
        var guest = await images.GetGuestAsync(download, cancellationToken).ConfigureAwait(false);
        // The disk is an overlay over the very image it was made on, also after an update brought a newer one.
        var root = images.FindTemplate(record.TemplateDigest)
            ?? await images.GetTemplateAsync(record.Template, download, cancellationToken).ConfigureAwait(false);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{guest.Digest} {root.Digest}")));
        return new MachineImage(guest.KernelPath, guest.InitramfsPath, root.RootImagePath, digest);
    }

    private sealed class StatusLines(IProgress<OperationEvent> target) : IProgress<string>
    {
        public void Report(string value) => target.Report(new OperationEvent { Status = value });
    }
}
