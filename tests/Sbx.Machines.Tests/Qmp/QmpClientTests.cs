using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Sbx.Machines.Native;
using Sbx.Machines.Qmp;

namespace Sbx.Machines.Tests.Qmp;

public sealed class QmpClientTests : IAsyncDisposable
{
    private readonly QmpClient _client;
    private readonly StreamReader _reader;
    private readonly NetworkStream _peer;
    private readonly TaskCompletionSource<string> _event = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public QmpClientTests()
    {
        var (ours, theirs) = Libc.ConnectedPair();
        _client = new QmpClient(new Socket(ours), message => _event.TrySetResult(message.Name));
        _peer = new NetworkStream(new Socket(theirs), ownsSocket: true);
        _reader = new StreamReader(_peer);
    }

    [Fact]
    public async Task Answers_find_their_commands_in_any_order()
    {
        var first = Run("one");
        var second = Run("two");
        var ids = new Dictionary<string, long>();
        for (var i = 0; i < 2; i++)
        {
            using var command = JsonDocument.Parse((await _reader.ReadLineAsync())!);
            ids[command.RootElement.GetProperty("execute").GetString()!] = command.RootElement.GetProperty("id").GetInt64();
        }

        await SendAsync($$"""{"return": "b", "id": {{ids["two"]}}}""");
        await SendAsync("""{"event": "RESUME"}""");
        await SendAsync($$"""{"return": "a", "id": {{ids["one"]}}}""");
        Assert.Equal("a", (await first).GetString());
        Assert.Equal("b", (await second).GetString());
        Assert.Equal("RESUME", await _event.Task);
    }

    [Fact]
    public async Task A_refusal_fails_the_command_and_only_it()
    {
        var refused = Run("bad");
        await _reader.ReadLineAsync();
        await SendAsync("""{"error": {"class": "GenericError", "desc": "no"}, "id": 1}""");
        Assert.True((await Assert.ThrowsAsync<QmpException>(() => refused)).Refused);
        var next = Run("good");
        await _reader.ReadLineAsync();
        await SendAsync("""{"return": {}, "id": 2}""");
        await next;
    }

    [Fact]
    public async Task Commands_under_way_and_later_ones_fail_when_the_peer_is_gone()
    {
        var pending = Run("one");
        await _reader.ReadLineAsync();
        await _peer.DisposeAsync();
        Assert.False((await Assert.ThrowsAsync<QmpException>(() => pending)).Refused);
        await Assert.ThrowsAsync<QmpException>(() => Run("two"));
    }

    [Fact]
    public async Task A_line_that_is_no_message_ends_the_connection()
    {
        var pending = Run("one");
        await SendAsync("what?");
        await Assert.ThrowsAsync<QmpException>(() => pending);
    }

    public async ValueTask DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _client.DisposeAsync();
    }

    private Task<JsonElement> Run(string command) => _client.RunAsync(command, null, CancellationToken.None);

    private async Task SendAsync(string line) => await _peer.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"));
}
