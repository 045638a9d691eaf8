using Sbx.Bench.Processes;

namespace Sbx.Bench.Peers;

/// <summary>A Docker daemon of its own, without networks, with an image of a few programs of the template.</summary>
internal sealed class Docker : IAsyncDisposable
{
    private const string Image = "bench:latest";

    // A shell, two commands and their libraries; the same files as in a sandbox.
    private static readonly string[] Content =
    [
        "bin", "lib", "lib64", "usr/bin/true", "usr/bin/echo", "usr/bin/sleep", "usr/bin/sh", "usr/bin/dash",
        "usr/lib64", "usr/lib/x86_64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    ];

    private readonly BackgroundProcess _daemon;
    private readonly string _socket;
    private readonly string _directory;

    private Docker(BackgroundProcess daemon, string socket, string directory)
    {
        _daemon = daemon;
        _socket = socket;
        _directory = directory;
    }

    /// <summary>The client with the daemon's address.</summary>
    public IReadOnlyList<string> Client => ["docker", "--host", $"unix://{_socket}"];

    /// <summary>Starts the daemon and makes the image; null with the reason when that does not work here.</summary>
    public static async Task<(Docker? Docker, string Reason)> StartAsync(string work, CancellationToken cancellationToken)
    {
        var directory = Path.Combine(work, "docker");
        var socket = Path.Combine(directory, "docker.sock");
        Directory.CreateDirectory(directory);
        BackgroundProcess? daemon = null;
        Docker? docker = null;
        try
        {
            daemon = BackgroundProcess.Start(
            [
                "dockerd", "--data-root", Path.Combine(directory, "data"), "--exec-root", Path.Combine(directory, "exec"),
                "--pidfile", Path.Combine(directory, "docker.pid"), "--host", $"unix://{socket}",
                "--iptables=false", "--ip6tables=false", "--bridge=none",
            ]);
            docker = new Docker(daemon, socket, directory);
            await daemon.WaitAsync(
                async () => (await Command.TryAsync([.. docker.Client, "info"], cancellationToken).ConfigureAwait(false)).Output.Contains("Server Version:", StringComparison.Ordinal),
                TimeSpan.FromSeconds(60),
                cancellationToken).ConfigureAwait(false);
            await docker.ImportAsync(cancellationToken).ConfigureAwait(false);
            await docker.RunAsync(cancellationToken, docker.RunCommand("true")).ConfigureAwait(false);
            return (docker, "");
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            if (docker is not null)
                await docker.DisposeAsync().ConfigureAwait(false);
            return (null, $"{e.Message.Trim()} (Debian: apt-get install docker.io)");
        }
    }

    /// <summary>Arguments that run a command in a new container, which is removed afterwards.</summary>
    public string[] RunCommand(params string[] command) => ["run", "--rm", "--network", "none", Image, .. command];

    /// <summary>Arguments that start a container that stays.</summary>
    public string[] StayCommand(string name) => ["run", "--detach", "--rm", "--init=false", "--network", "none", "--name", name, Image, "sleep", "100000"];

    /// <summary>Runs the client to its end; it must succeed.</summary>
    public Task<CommandResult> RunAsync(CancellationToken cancellationToken, params string[] arguments) => Command.RunAsync([.. Client, .. arguments], cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync().ConfigureAwait(false);
        // It may leave its data directory mounted on itself.
        await Command.TryAsync(["umount", Path.Combine(_directory, "data")], CancellationToken.None).ConfigureAwait(false);
        await Command.TryAsync(["rm", "-rf", "--one-file-system", _directory], CancellationToken.None).ConfigureAwait(false);
    }

    private async Task ImportAsync(CancellationToken cancellationToken)
    {
        var root = Environment.GetEnvironmentVariable("SBX_BENCH_TEMPLATE") ?? throw new InvalidOperationException("SBX_BENCH_TEMPLATE is not set; start the bench with bench/run.sh");
        var files = Path.Combine(_directory, "root");
        var tar = Path.Combine(_directory, "root.tar");
        await Command.RunAsync(["unsquashfs", "-force", "-no-progress", "-dest", files, root, .. Content], cancellationToken).ConfigureAwait(false);
        await Command.RunAsync(["tar", "-C", files, "-cf", tar, "."], cancellationToken).ConfigureAwait(false);
        await RunAsync(cancellationToken, "import", tar, Image).ConfigureAwait(false);
    }
}
