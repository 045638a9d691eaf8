using System.Security.Cryptography;
using System.Text;
using Sbx.Protocol.Channel;
using Sbx.Protocol.Messages;

namespace Sbx.Bench.Peers;

/// <summary>Calls the guest of a bare machine, as the daemon does for a sandbox.</summary>
internal static class GuestCommand
{
    /// <summary>Gives the guest an identity; it runs nothing before that.</summary>
    public static async Task PersonalizeAsync(Multiplexer channel, CancellationToken cancellationToken)
    {
        var request = new PersonalizeRequest
        {
            Name = "bench",
            Id = "bench",
            MachineId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            UnixNanoseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000,
            Entropy = RandomNumberGenerator.GetBytes(64),
            User = new GuestUser("agent", 1000, 1000, "/home/agent"),
        };
        var stream = await channel.OpenAsync(GuestServices.Personalize, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await JsonFraming.WriteAsync(stream, request, ProtocolJson.Default.PersonalizeRequest, cancellationToken).ConfigureAwait(false);
            var reply = await JsonFraming.ReadAsync(stream, ProtocolJson.Default.Reply, cancellationToken).ConfigureAwait(false);
            if (reply.Error is not null)
                throw new InvalidOperationException($"the guest refused its identity: {reply.Error.Message}");
        }
    }

    /// <summary>Runs a command to its end; it must succeed.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(Multiplexer channel, string user, IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        var request = new ExecRequest { Command = command, User = user, WorkingDirectory = "/", Stdin = !input.IsEmpty };
        var stream = await channel.OpenAsync(GuestServices.Exec, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await JsonFraming.WriteAsync(stream, request, ProtocolJson.Default.ExecRequest, cancellationToken).ConfigureAwait(false);
            if (request.Stdin)
                await SendAsync(stream, input, cancellationToken).ConfigureAwait(false);
            var reader = new ExecFrameReader(stream);
            var (output, errors) = (new StringBuilder(), new StringBuilder());
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
            {
                var text = Encoding.UTF8.GetString(frame.Payload.Span);
                if (frame.Type == ExecFrameType.Exit)
                {
                    var exit = System.Text.Json.JsonSerializer.Deserialize(frame.Payload.Span, ProtocolJson.Default.ExecExit)!;
                    return exit.Code == 0 ? output.ToString() : throw new InvalidOperationException($"'{command[0]}' in the bare machine ended with {exit.Code}: {errors}");
                }

                if (frame.Type == ExecFrameType.Error)
                    throw new InvalidOperationException($"'{command[0]}' did not start in the bare machine: {text}");
                (frame.Type == ExecFrameType.Stdout ? output : errors).Append(frame.Type is ExecFrameType.Stdout or ExecFrameType.Stderr ? text : "");
            }
        }

        throw new InvalidOperationException($"'{command[0]}' in the bare machine ended without saying how");
    }

    private static async Task SendAsync(MultiplexedStream stream, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        for (var rest = input; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, ExecFrame.MaxPayload)..])
            await ExecFrame.WriteAsync(stream, ExecFrameType.Stdin, rest[..Math.Min(rest.Length, ExecFrame.MaxPayload)], cancellationToken).ConfigureAwait(false);
        await ExecFrame.WriteAsync(stream, ExecFrameType.Stdin, default, cancellationToken).ConfigureAwait(false);
    }
}
