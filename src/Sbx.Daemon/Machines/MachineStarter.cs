using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Egress;
using Sbx.Daemon.Sandboxes;
using Sbx.Machines;

namespace Sbx.Daemon.Machines;

/// <summary>Brings images, driver, file server and identity together into a running machine.</summary>
internal sealed class MachineStarter(MachineImages images, IMachineDriver driver, EgressService egress, TimeProvider time)
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

        var image = await images.OfDigestAsync(record.Template, record.TemplateDigest, progress, cancellationToken).ConfigureAwait(false);
        var spec = new MachineSpec(
            record.Id, image.Machine, new MachineShape(record.Limits.Cpus, record.Limits.MemoryBytes, record.Limits.DiskBytes), diskPath);
        var lines = progress is null ? null : new StatusLines(progress);
        var machine = await driver.StartAsync(spec, lines, cancellationToken).ConfigureAwait(false);
        return await RunningMachine.PersonalizeAsync(
            machine, record, egress, text => progress?.Report(new OperationEvent { Notice = text }), time, cancellationToken).ConfigureAwait(false);
    }
}
