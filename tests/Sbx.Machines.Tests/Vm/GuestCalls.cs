using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sbx.Protocol.Messages;

namespace Sbx.Machines.Tests.Vm;

/// <summary>Calls a machine's guest as the daemon does.</summary>
internal static class GuestCalls
{
    public static PersonalizeRequest Identity(string name = "box") => new()
    {
        Name = name,
        Id = "id1",
        MachineId = new string('a', 32),
        UnixNanoseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000,
        Entropy = RandomNumberGenerator.GetBytes(64),
        User = new GuestUser("agent", 1000, 1000, "/home/agent"),
    };

    public static Task<Reply> PersonalizeAsync(IMachine machine, string name = "box") =>
        CallAsync(machine, GuestServices.Personalize, Identity(name), ProtocolJson.Default.PersonalizeRequest);

    public static async Task<Reply> CallAsync<T>(IMachine machine, string service, T request, JsonTypeInfo<T> type)
    {
        await using var stream = await machine.Channel.OpenAsync(service, CancellationToken.None);
        await JsonFraming.WriteAsync(stream, request, type, CancellationToken.None);
        return await JsonFraming.ReadAsync(stream, ProtocolJson.Default.Reply, CancellationToken.None);
    }

    public static async Task<int> ExecAsync(IMachine machine, string script)
    {
        await using var stream = await machine.Channel.OpenAsync(GuestServices.Exec, CancellationToken.None);
        await JsonFraming.WriteAsync(stream, new ExecRequest { Command = ["sh", "-c", script] }, ProtocolJson.Default.ExecRequest, CancellationToken.None);
        var reader = new ExecFrameReader(stream);
        while (await reader.ReadAsync(CancellationToken.None) is { } frame)
        {
            if (frame.Type == ExecFrameType.Exit)
                return JsonSerializer.Deserialize(frame.Payload.Span, ProtocolJson.Default.ExecExit)!.Code;
            Assert.NotEqual(ExecFrameType.Error, frame.Type);
        }

        throw new EndOfStreamException("the exec ended without a result");
    }
}
