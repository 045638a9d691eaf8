using System.Net.Sockets;
using System.Text.Json;

namespace Sbx.Bench.Peers;

/// <summary>What bare machines are made of: the files of a sandbox's machine, and a disk and sockets of their own.</summary>
internal sealed class BareMachineFiles
{
    private readonly string _directory;
    private readonly string _root;
    private readonly string _disk;
    private readonly string _blank;

    private BareMachineFiles(MachineArguments arguments, string directory, string blank, IReadOnlyList<string> inputs)
    {
        Arguments = arguments;
        _directory = directory;
        _blank = blank;
        _disk = Path.Combine(directory, "disk");
        Kernel = inputs[0];
        Initramfs = inputs[1];
        _root = inputs[2];
    }

    /// <summary>The command to start again.</summary>
    public MachineArguments Arguments { get; }

    /// <summary>The kernel.</summary>
    public string Kernel { get; }

    /// <summary>The initial RAM file system.</summary>
    public string Initramfs { get; }

    /// <summary>Takes a sandbox's machine as the model.</summary>
    /// <param name="context">What scenarios work with.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static async Task<BareMachineFiles> MakeAsync(BenchContext context, CancellationToken cancellationToken)
    {
        var arguments = await MachineArguments.OfSandboxAsync(context.Sbx, cancellationToken).ConfigureAwait(false);
        using var meta = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(arguments.WarmImage, "meta.json"), cancellationToken).ConfigureAwait(false));
        var inputs = meta.RootElement.GetProperty("inputs").EnumerateArray().Select(input => input.GetString()!).ToList();
        var directory = Path.Combine(context.Settings.Work, "bare");
        Directory.CreateDirectory(directory);
        var blank = Directory.EnumerateFiles(Path.Combine(context.Sbx.Paths.Cache, "disks"), "blank-*").First();
        var files = new BareMachineFiles(arguments, directory, blank, inputs);
        await files.RenewDiskAsync(cancellationToken).ConfigureAwait(false);
        return files;
    }

    /// <summary>Makes the disk blank again, for a machine that gets an identity and so writes to it.</summary>
    public Task RenewDiskAsync(CancellationToken cancellationToken) =>
        Processes.Command.RunAsync(["cp", "--sparse=always", _blank, _disk], cancellationToken);

    /// <summary>QEMU's command.</summary>
    public IReadOnlyList<string> Command(string memory, IReadOnlyList<string> boot) => Arguments.With(_directory, _root, _disk, memory, boot);

    /// <summary>A listening socket that QEMU connects to.</summary>
    public Socket Listen(string name)
    {
        var path = Path.Combine(_directory, name);
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen();
        return socket;
    }
}
