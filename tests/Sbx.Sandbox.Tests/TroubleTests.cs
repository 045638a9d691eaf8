using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Sbx.Sandbox.Tests.Running;

namespace Sbx.Sandbox.Tests;

/// <summary>Machines that hang or turn on their host, and daemons of another version.</summary>
public sealed class TroubleTests(SandboxHome home) : IClassFixture<SandboxHome>
{
    [Fact]
    public async Task A_machine_that_does_not_answer_is_shown_as_unresponsive_and_can_be_removed()
    {
        await using var own = new OwnHome();
        var (name, _) = await own.Home.CreateAsync("silent");
        foreach (var machine in own.Home.Machines())
            Signal(machine, "STOP");

        Assert.Equal("unresponsive", await WaitForAsync(own.Home, name, "unresponsive"));
        (await own.Home.Sbx.RunAsync("rm", "--force", name)).Ended(0);
        Assert.Equal(3, (await own.Home.Sbx.RunAsync("inspect", name)).Code);
    }

    // Root inside takes the channel's descriptor from the guest's first process and speaks nonsense on it.
    [Fact]
    public async Task A_guest_that_breaks_the_protocol_is_ended_and_its_sandbox_starts_again()
    {
        const string Attack = """
            import ctypes, os
            c = ctypes.CDLL(None, use_errno=True)
            first = c.syscall(434, 1, 0)
            for n in os.listdir('/proc/1/fd'):
                if 'vport' in os.readlink('/proc/1/fd/' + n):
                    os.write(c.syscall(438, first, int(n), 0), b'\xff' * 4096)
            """;
        var (name, _) = await home.CreateAsync("broken");

        await home.Sbx.RunAsync(["exec", "-u", "root", name, "python3", "-"], new MemoryStream(Encoding.UTF8.GetBytes(Attack)));
        Assert.Equal("stopped", await WaitForAsync(home, name, "stopped"));

        Assert.Equal("again\n", (await home.ShAsync(name, "echo again")).Ended(0).Text);
        Assert.Contains("the machine of sandbox broken ", (await home.Sbx.RunAsync("daemon", "logs")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_of_another_API_version_is_told_so_while_sandboxes_run_and_else_gets_the_daemon_to_go()
    {
        await using var own = new OwnHome();
        await own.Home.CreateAsync("busy");
        var daemon = await own.Home.DaemonIdAsync();

        var refused = await AskAsync(own.Home, apiVersion: 999);
        Assert.Contains("do not understand each other", refused, StringComparison.Ordinal);
        Assert.Contains("sbx daemon stop", refused, StringComparison.Ordinal);

        (await own.Home.Sbx.RunAsync("stop", "busy")).Ended(0);
        Assert.Contains($"{daemon}", await AskAsync(own.Home, apiVersion: 999), StringComparison.Ordinal);
        (await own.Home.Sbx.RunAsync("ls")).Ended(0);
        Assert.NotEqual(daemon, await own.Home.DaemonIdAsync());
    }

    private static async Task<string> AskAsync(SandboxHome home, int apiVersion)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var path = Sbx.Api.SbxPaths.From(name => name == "SBX_HOME" ? home.Home : null, Environment.UserName).Socket;
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /v1/sandboxes HTTP/1.1\r\nHost: sbx\r\n{Sbx.Api.Client.DaemonHeaders.ApiVersion}: {apiVersion}\r\nConnection: close\r\n\r\n"));
        var answer = new MemoryStream();
        await new NetworkStream(socket).CopyToAsync(answer);
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private static async Task<string?> WaitForAsync(SandboxHome home, string name, string wanted)
    {
        var status = (string?)null;
        for (var i = 0; i < 120 && status != wanted; i++)
        {
            await Task.Delay(500);
            status = (await home.InspectAsync(name)).GetProperty("status").GetString();
        }

        return status;
    }

    private static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }

    private sealed class OwnHome : IAsyncDisposable
    {
        public SandboxHome Home { get; } = new();

        public async ValueTask DisposeAsync() => await Home.DisposeAsync();
    }
}
