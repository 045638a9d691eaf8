using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using Sbx.Api.Client;
using Sbx.Api.Contracts;
using Sbx.Api.Contracts.Reading;
using Sbx.Api.Errors;
using Sbx.Protocol.Messages;

namespace Sbx.Tool.Tests.Api;

/// <summary>What is read by hand is what the serializer writes.</summary>
public sealed class ReadingTests
{
    [Property]
    public void A_list_of_sandboxes_is_read_as_it_was_written(int seed)
    {
        var list = new SandboxList([Sandbox(new Random(seed)), Sandbox(new Random(seed + 1))]);
        var json = JsonSerializer.SerializeToUtf8Bytes(list, ApiJson.Default.SandboxList);
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(SandboxReading.List(json), ApiJson.Default.SandboxList));
    }

    [Fact]
    public void Every_member_of_a_sandbox_is_read()
    {
        // All members have a value here, so that one that is added and not read is missing behind the round trip.
        var json = JsonSerializer.SerializeToUtf8Bytes(Full, ApiJson.Default.SandboxInfo);
        Assert.Equal(typeof(SandboxInfo).GetProperties().Length, JsonDocument.Parse(json).RootElement.EnumerateObject().Count());
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(SandboxReading.Single(json), ApiJson.Default.SandboxInfo));
    }

    [Property]
    public void Steps_of_a_long_answer_are_read_as_they_were_written(string? status, string? notice, NormalFloat fraction, bool done, bool failed, ErrorCode code)
    {
        var step = new OperationEvent
        {
            Status = status,
            Notice = notice,
            Fraction = done ? null : fraction.Get,
            Sandbox = failed ? null : Full,
            Done = done,
            Error = failed ? new ErrorInfo(code, status ?? "x", notice) : null,
        };
        var json = JsonSerializer.SerializeToUtf8Bytes(step, ApiJson.Default.OperationEvent);
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(OperationReading.Event(json), ApiJson.Default.OperationEvent));
    }

    [Property]
    public void Agents_are_read_as_they_were_written(NonNull<string> name, NonNull<string>[] command, bool builtIn)
    {
        IReadOnlyList<AgentInfo> agents = [new(name.Get, "t", [.. command.Select(c => c.Get)], builtIn)];
        var json = JsonSerializer.SerializeToUtf8Bytes(agents, ApiJson.Default.IReadOnlyListAgentInfo);
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(AgentReading.List(json), ApiJson.Default.IReadOnlyListAgentInfo));
    }

    [Property]
    public void The_end_of_a_command_is_read_as_it_was_written(int code, int? signal, NonNull<string> message)
    {
        Assert.Equal(new ExecExit(code, signal), ExecReading.Exit(JsonSerializer.SerializeToUtf8Bytes(new ExecExit(code, signal), ProtocolJson.Default.ExecExit)));
        var json = JsonSerializer.SerializeToUtf8Bytes(new GuestError("not-found", message.Get), ProtocolJson.Default.GuestError);
        Assert.Equal(json, JsonSerializer.SerializeToUtf8Bytes(ExecReading.Error(json), ProtocolJson.Default.GuestError));
    }

    [Property]
    public void A_command_is_written_as_the_daemon_reads_it(NonNull<string>[] command, NonNull<string> directory, bool flag)
    {
        var request = new ExecRequest { Command = [.. command.Select(c => c.Get)], WorkingDirectory = directory.Get, Terminal = flag, Stdin = !flag, Columns = command.Length };
        Assert.Equal(
            JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.ExecRequest), JsonSerializer.SerializeToUtf8Bytes(request, ExecRequestJson.Default.ExecRequest));
    }

    [Property]
    public void Cut_or_altered_json_is_refused_and_nothing_else(ushort at, byte with)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(new SandboxList([Full]), ApiJson.Default.SandboxList);
        Assert.ThrowsAny<JsonException>(() => SandboxReading.List(json.AsSpan(0, at % json.Length)));
        json[at % json.Length] = with;
        var failure = Record.Exception(() => SandboxReading.List(json));
        Assert.True(failure is null or JsonException, failure?.ToString());
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"sandboxes":null}""")]
    [InlineData("""{"sandboxes":[{}]}""")]
    [InlineData("""{"sandboxes":[]} {}""")]
    public void What_is_no_list_is_refused(string json) => Assert.ThrowsAny<JsonException>(() => SandboxReading.List(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Fields_of_a_newer_daemon_are_passed_over() =>
        Assert.Empty(SandboxReading.List("""{"new":{"a":[1,{"b":2}]},"sandboxes":[],"more":true}"""u8).Sandboxes);

    private static SandboxInfo Full { get; } = Sandbox(new Random(1)) with
    {
        LastUsedAt = DateTimeOffset.UnixEpoch,
        StoppedAt = DateTimeOffset.UnixEpoch.AddTicks(1),
        StartedAt = DateTimeOffset.UnixEpoch.AddDays(1),
        StartMode = "warm",
        PolicyPreset = "balanced",
    };

    private static SandboxInfo Sandbox(Random random) => new()
    {
        Name = "n\u202e" + random.Next(),
        Id = random.Next().ToString(System.Globalization.CultureInfo.InvariantCulture),
        Agent = "shell",
        Status = (SandboxStatus)random.Next(5),
        Template = "täst",
        TemplateDigest = "d",
        Workspaces = [.. Enumerable.Range(0, random.Next(3)).Select(i => new Workspace("/w\n" + i, random.Next(2) == 0))],
        Limits = new Limits(random.Next(), random.NextInt64(), random.NextInt64()),
        CreatedAt = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay), TimeSpan.Zero).ToOffset(TimeSpan.FromHours(random.Next(1, 10))),
        LastUsedAt = random.Next(2) == 0 ? null : DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(1L << 50)),
        Sessions = random.Next(),
        CreatedWith = "1",
        EnvironmentNames = random.Next(2) == 0 ? [] : ["A", "B"],
        GrantedServices = random.Next(2) == 0 ? [] : ["github"],
    };
}
