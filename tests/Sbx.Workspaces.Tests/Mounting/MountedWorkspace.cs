using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Sbx.Workspaces.Native;

namespace Sbx.Workspaces.Tests.Mounting;

/// <summary>A server whose client is this machine's own kernel: what is below <see cref="Guest"/> went through it.</summary>
internal sealed class MountedWorkspace : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _mount;
    private readonly int _fuse;
    private readonly Socket _client;
    private readonly Relay _relay;

    internal MountedWorkspace(Func<string, WorkspaceServerOptions>? options = null)
    {
        Outside = Path.Combine(_directory.Path, "outside");
        Host = Path.Combine(_directory.Path, "host");
        _mount = Path.Combine(_directory.Path, "mount");
        foreach (var path in new[] { Outside, Host, _mount })
            Directory.CreateDirectory(path);
        (var server, _client) = SocketPair.Create();
        Server = WorkspaceServer.Start(server, options?.Invoke(Host) ?? Options(new WorkspaceRoot(Host)));
        _fuse = Kernel.Open("/dev/fuse", 2 | 0x80000 | 0x800);
        Assert.True(_fuse >= 0, "cannot open /dev/fuse");
        var data = $"fd={_fuse},rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other";
        var mounted = Kernel.Mount("sbx", _mount, "fuse.sbx", 0, data);
        Assert.True(mounted == 0, $"cannot mount: error {System.Runtime.InteropServices.Marshal.GetLastPInvokeError()}");
        _relay = new Relay(_fuse, (int)_client.SafeHandle.DangerousGetHandle());
    }

    internal WorkspaceServer Server { get; }

    /// <summary>The workspace as the host sees it.</summary>
    internal string Host { get; }

    /// <summary>The workspace as the guest sees it.</summary>
    internal string Guest => Root(0);

    /// <summary>A directory beside the workspace that is not served.</summary>
    internal string Outside { get; }

    internal string Root(int index) => Path.Combine(_mount, index.ToString());

    internal static WorkspaceServerOptions Options(params WorkspaceRoot[] roots) =>
        new() { Roots = roots, Owner = new OwnerMapping(0, 0, 0, 0) };

    /// <summary>Runs a script in the workspace; fails unless it succeeds.</summary>
    internal string Run(string script, string? directory = null)
    {
        var (code, output) = TryRun(script, directory);
        Assert.True(code == 0, $"exit code {code} from: {script}\n{output}");
        return output;
    }

    /// <summary>Runs a script in the workspace.</summary>
    internal (int Code, string Output) TryRun(string script, string? directory = null)
    {
        var start = new ProcessStartInfo("timeout", ["-k", "1", "60", "bash", "-c", "set -e; fails() { if \"$@\" 2> /dev/null; then echo \"succeeded: $*\"; exit 1; fi; }\n" + script])
        {
            WorkingDirectory = directory ?? Guest,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin", ["HOME"] = _directory.Path, ["LC_ALL"] = "C.UTF-8", ["GIT_CONFIG_NOSYSTEM"] = "1", ["GUEST"] = Guest, ["HOST"] = Host, ["OUTSIDE"] = Outside },
        };
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.WaitForExit();
        return (process.ExitCode, output.ToString());

        void Append(string? line)
        {
            lock (output)
            {
                if (line is not null)
                    output.AppendLine(line);
            }
        }
    }

    public void Dispose()
    {
        _ = Kernel.Unmount(_mount, Kernel.Detach);
        Server.Dispose();
        _client.Shutdown(SocketShutdown.Both);
        _relay.Dispose();
        // Closing the device ends whatever request a process still waits for.
        Libc.Close(_fuse);
        _client.Dispose();
        _directory.Dispose();
    }
}
