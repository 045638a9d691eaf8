namespace Sbx.Machines;

/// <summary>Starts machines of one kind (QEMU; others later). Thread-safe.</summary>
public interface IMachineDriver
{
    /// <summary>
    /// Starts a machine and returns when its guest agent has answered on the control port: from the warm image when there is
    /// one, after baking it when there is none, by a cold boot when restoring does not work on this host.
    /// </summary>
    /// <param name="spec">What to start.</param>
    /// <param name="progress">Gets short lines for people while something slow goes on (baking, probing).</param>
    /// <param name="cancellationToken">Cancels; nothing of the machine is left then.</param>
    /// <exception cref="Sbx.Api.Errors.SbxException">The host lacks something, or the machine did not start.</exception>
    Task<IMachine> StartAsync(MachineSpec spec, IProgress<string>? progress, CancellationToken cancellationToken);
}

/// <summary>A running machine. Disposing kills it at once if it still runs.</summary>
public interface IMachine : IAsyncDisposable
{
    /// <summary>Id of the host process.</summary>
    int ProcessId { get; }

    /// <summary>Whether it was restored from a warm image or booted cold.</summary>
    MachineStartMode StartMode { get; }

    /// <summary>The multiplexed channel to the guest, introduced already. Owned by the machine.</summary>
    Sbx.Protocol.Channel.Multiplexer Channel { get; }

    /// <summary>The raw port for the workspace's file server; blocking reads and writes are fine. Owned by the machine.</summary>
    System.Net.Sockets.Socket Files { get; }

    /// <summary>Completes when the process has ended; the text says how, for the log ("powered off", "killed by signal 9", last lines of the console).</summary>
    Task<string> Exited { get; }

    /// <summary>Ends the process at once and waits for its end.</summary>
    Task KillAsync();
}

/// <summary>How a machine was started.</summary>
public enum MachineStartMode
{
    /// <summary>Restored from a warm image.</summary>
    Warm,

    /// <summary>Booted.</summary>
    Cold,
}

/// <summary>What is the same for all machines that can share a warm image.</summary>
/// <param name="Cpus">Virtual processors.</param>
/// <param name="MemoryBytes">Memory in bytes, a multiple of 1 MiB.</param>
/// <param name="DiskBytes">Size of the writable disk in bytes, a multiple of 1 MiB.</param>
public sealed record MachineShape(int Cpus, long MemoryBytes, long DiskBytes);

/// <summary>What a machine boots from.</summary>
/// <param name="KernelPath">Uncompressed kernel (vmlinux with a PVH note).</param>
/// <param name="InitramfsPath">Initial RAM file system with the guest agent as /init.</param>
/// <param name="RootImagePath">squashfs root image of the template.</param>
/// <param name="Digest">SHA-256 over all three; part of the warm image's key.</param>
public sealed record MachineImage(string KernelPath, string InitramfsPath, string RootImagePath, string Digest);

/// <summary>One machine to start.</summary>
/// <param name="Id">Short unique id, [a-z0-9], at most 16 characters; used in socket names.</param>
/// <param name="Image">What it boots from.</param>
/// <param name="Shape">Its size.</param>
/// <param name="DiskPath">Its writable disk; made by <see cref="MachineDisks"/>.</param>
public sealed record MachineSpec(string Id, MachineImage Image, MachineShape Shape, string DiskPath);
