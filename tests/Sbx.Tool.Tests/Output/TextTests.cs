using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Xunit;
using Sbx.Api.Contracts;
using Sbx.Tool.Output;
using Sbx.Tool.Terminal;
using Sbx.Tool.Tests.Support;
using YamlDotNet.Serialization;

namespace Sbx.Tool.Tests.Output;

public sealed class TextTests
{
    [Fact]
    public void A_table_aligns_its_columns_and_is_bold_only_where_asked()
    {
        var table = new TextTable("NAME", "STATUS");
        table.Add("long-name", "running");
        table.Add("b", "x\e[2J");
        Assert.Equal("NAME       STATUS\nlong-name  running\nb          x\\u001b[2J\n", table.ToText(bold: false));
        Assert.StartsWith("\e[1mNAME       STATUS\e[0m\n", table.ToText(bold: true));
    }

    [Fact]
    public void Yaml_is_the_same_document_as_the_json()
    {
        const string json = """
            { "sandboxes": [ { "name": "shell-app", "workspaces": [ "/a b", "/x:ro", "yes", "1", "- x", "#c", "" ], "n": 5, "f": 1.5, "t": true, "o": {}, "l": [], "z": null,
              "deep": [ [ 1, 2 ], { "k": "v", "k2": { "x": "line\nbreak" } } ] } ] }
            """;
        var yaml = YamlText.Of(JsonDocument.Parse(json).RootElement);
        Assert.StartsWith("sandboxes:\n- name: shell-app\n  workspaces:\n  - \"/a b\"\n  - \"/x:ro\"\n  - \"yes\"\n  - \"1\"\n", yaml);
        Equivalent(json, yaml);
    }

    [Property(MaxTest = 200)]
    public void Any_string_survives_as_yaml(string? key, string? value)
    {
        var json = JsonSerializer.Serialize(new Dictionary<string, string?[]> { ["k" + key] = [value, value + "x"] });
        Equivalent(json, YamlText.Of(JsonDocument.Parse(json).RootElement));
    }

    [Theory]
    [InlineData(0L, "0 B")]
    [InlineData(1023L, "1023 B")]
    [InlineData(1536L, "1.5 KiB")]
    [InlineData(1L << 30, "1 GiB")]
    public void Bytes_are_shown_in_binary_units(long bytes, string text) => Assert.Equal(text, HumanText.Bytes(bytes));

    [Theory]
    [InlineData(5, "5s")]
    [InlineData(65, "1m 5s")]
    [InlineData(7500, "2h 5m")]
    [InlineData(183600, "2d 3h")]
    public void Durations_are_shown_in_their_two_largest_units(int seconds, string text) => Assert.Equal(text, HumanText.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(2, "c\nd\n")]
    [InlineData(0, "")]
    [InlineData(4, "a\nb\nc\nd\n")]
    [InlineData(100, "a\nb\nc\nd\n")]
    public void The_end_of_a_log_is_its_last_lines(int lines, string text)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "a\nb\nc\nd\n");
            var output = new MemoryStream();
            var tail = new LogTail(file);
            tail.CopyLast(lines, output);
            Assert.Equal(text, Encoding.UTF8.GetString(output.ToArray()));

            File.AppendAllText(file, "e\n");
            tail.CopyNew(output);
            Assert.Equal(text + "e\n", Encoding.UTF8.GetString(output.ToArray()));
            File.WriteAllText(file, "new\n");
            tail.CopyNew(output);
            Assert.Equal(text + "e\nnew\n", Encoding.UTF8.GetString(output.ToArray()));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Progress_is_a_plain_line_per_status_where_there_is_no_terminal()
    {
        using var cli = new InProcess();
        using (var status = new StatusLine(cli.Context))
        {
            status.Report(new OperationEvent { Status = "Fetching", Fraction = 0.1 });
            status.Report(new OperationEvent { Status = "Fetching", Fraction = 0.2 });
            status.Report(new OperationEvent { Status = "Starting" });
            status.Report(new OperationEvent { Notice = "emulated" });
        }

        Assert.Equal("Status: Fetching\nStatus: Starting\nemulated\n", cli.Error);
    }

    [Fact]
    public void Progress_on_a_terminal_is_one_line_that_is_gone_at_the_end()
    {
        using var cli = new InProcess(terminal: new TestTerminal(IsErrorTerminal: true) { Size = (30, 10) });
        using (var status = new StatusLine(cli.Context))
            status.Report(new OperationEvent { Status = "Fetching the template shell", Fraction = 0.5 });
        Assert.Equal("\r\e[2KStatus: Fetching the template\r\e[2K", cli.Error);
    }

    // The YAML library reads plain scalars as text, so values are compared as text.
    private static void Equivalent(string json, string yaml) =>
        Assert.Equal(Normal(JsonDocument.Parse(json).RootElement), Normal(new DeserializerBuilder().Build().Deserialize<object?>(yaml)));

    private static string Normal(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "{" + string.Join(",", element.EnumerateObject().Select(p => p.Name + "=" + Normal(p.Value))) + "}",
        JsonValueKind.Array => "[" + string.Join(",", element.EnumerateArray().Select(Normal)) + "]",
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Null => "null",
        _ => element.GetRawText(),
    };

    private static string Normal(object? value) => value switch
    {
        Dictionary<object, object?> map => "{" + string.Join(",", map.Select(p => p.Key + "=" + Normal(p.Value))) + "}",
        List<object?> list => "[" + string.Join(",", list.Select(Normal)) + "]",
        null => "null",
        _ => (string)value,
    };
}
