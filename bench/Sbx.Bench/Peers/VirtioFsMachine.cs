using Sbx.Bench.Processes;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Bench.Peers;

/// <summary>
/// The same machine as a sandbox's, in bare QEMU, with a host directory mounted by virtiofs (Debian's virtiofsd, cache=auto).
/// The guest's kernel does not carry the driver; the module comes from the Debian package that the kernel was made of.
/// </summary>
internal sealed class VirtioFsMachine : IAsyncDisposable
{
    private const string Mount = "import ctypes,os,sys\n"
        + "libc=ctypes.CDLL(None,use_errno=True)\n"
        + "module=open('/tmp/virtiofs.ko','rb')\n"
        + "ok=libc.syscall(313,module.fileno(),b'',0)==0 and libc.mount(b'share',sys.argv[1].encode(),b'virtiofs',0,None)==0\n"
        + "sys.exit(0 if ok else os.strerror(ctypes.get_errno()))\n";

    private readonly BackgroundProcess _server;
    private readonly BareMachine _machine;

    private VirtioFsMachine(BackgroundProcess server, BareMachine machine)
    {
        _server = server;
        _machine = machine;
    }

    /// <summary>Boots the machine and mounts the directory at the same path.</summary>
    public static async Task<VirtioFsMachine> StartAsync(BenchContext context, string directory, string module, CancellationToken cancellationToken)
    {
        var files = await BareMachineFiles.MakeAsync(context, cancellationToken).ConfigureAwait(false);
        var socket = Path.Combine(context.Settings.Work, "virtiofs.sock");
        File.Delete(socket);
        var server = BackgroundProcess.Start([Program(), $"--socket-path={socket}", "-o", $"source={directory}", "-o", "cache=auto", "-o", "xattr"]);
        try
        {
            await server.WaitAsync(() => Task.FromResult(File.Exists(socket)), TimeSpan.FromSeconds(10), cancellationToken).ConfigureAwait(false);
            // The server maps the machine's memory, so it has to be shared.
            var memory = $"memory-backend-memfd,id=ram,size={files.Arguments.Memory},share=on";
            var machine = await BareMachine.BootAsync(
                files, memory, ["-chardev", $"socket,id=share,path={socket}", "-device", "vhost-user-fs-device,chardev=share,tag=share,queue-size=1024"], cancellationToken).ConfigureAwait(false);
            var result = new VirtioFsMachine(server, machine);
            await result.MountAsync(directory, module, cancellationToken).ConfigureAwait(false);
            return result;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs a command; it must succeed.</summary>
    /// <returns>What it printed.</returns>
    public Task<string> RunAsync(string user, IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        GuestCommand.RunAsync(_machine.Channel, user, command, default, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _machine.DisposeAsync().ConfigureAwait(false);
        await _server.DisposeAsync().ConfigureAwait(false);
    }

    private static string Program() => new[] { "/usr/libexec/virtiofsd", "/usr/lib/qemu/virtiofsd" }.FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("there is no virtiofsd; install it: apt-get install qemu-system-common (Debian 12) or virtiofsd");

    private async Task MountAsync(string directory, string module, CancellationToken cancellationToken)
    {
        await GuestCommand.PersonalizeAsync(_machine.Channel, cancellationToken).ConfigureAwait(false);
        var bytes = await File.ReadAllBytesAsync(module, cancellationToken).ConfigureAwait(false);
        await GuestCommand.RunAsync(_machine.Channel, "root", ["sh", "-c", "cat >/tmp/virtiofs.ko"], bytes, cancellationToken).ConfigureAwait(false);
        await RunAsync("root", ["mkdir", "-p", directory], cancellationToken).ConfigureAwait(false);
        await RunAsync("root", ["python3", "-c", Mount, directory], cancellationToken).ConfigureAwait(false);
    }
}
