using Sbx.Api.Contracts;
using Sbx.Machines.Limits;
using Sbx.Machines.Qemu;

namespace Sbx.Daemon.Machines;

/// <summary>Completes the size of a machine that a user asked for; what is left out depends on the accelerator.</summary>
internal sealed class LimitDefaults(MachineImages images, QemuDriver driver)
{
    /// <exception cref="Sbx.Api.Errors.SbxException">A number is out of range, or the host lacks something.</exception>
    public async Task<Limits> ResolveAsync(CreateSandboxRequest request, string template, IProgress<OperationEvent> progress, CancellationToken cancellationToken)
    {
        // Checked before anything slow happens.
        _ = MachineLimits.Resolve(request.Cpus, request.MemoryBytes, request.DiskBytes, emulated: true, Environment.ProcessorCount);
        var image = await images.OfTemplateAsync(template, progress, cancellationToken).ConfigureAwait(false);
        var verdict = await driver.FindAcceleratorAsync(image.Machine, new StatusLines(progress), cancellationToken).ConfigureAwait(false);
        var shape = MachineLimits.Resolve(request.Cpus, request.MemoryBytes, request.DiskBytes, verdict.Emulated, Environment.ProcessorCount);
        return new Limits(shape.Cpus, shape.MemoryBytes, shape.DiskBytes);
    }
}
