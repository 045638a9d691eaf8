using System.Text;
using System.Text.Json;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Commands.Secrets;
using Sbx.Tool.Output.Door;
using Sbx.Tool.Tests.Support;

namespace Sbx.Tool.Tests.Door;

public sealed class SecretTests
{
    private static readonly TestTerminal Terminal = new(IsInputTerminal: true, IsErrorTerminal: true);

    [Theory]
    [InlineData("sk-1234", "sk-1234")]
    [InlineData("sk-1234\n", "sk-1234")]
    [InlineData("sk-1234\r\n", "sk-1234")]
    [InlineData(" pass word ", " pass word ")]
    [InlineData("schlüssel\n", "schlüssel")]
    public async Task A_piped_value_loses_one_line_end_and_nothing_else(string input, string value)
    {
        using var cli = new InProcess(input);
        using var read = await SecretValue.ReadAsync(cli.Context, "the secret of x", CancellationToken.None);
        Assert.Equal(value, Encoding.UTF8.GetString(read.Bytes.Span));
        Assert.Empty(cli.Error);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n", "is empty")]
    [InlineData(" \t\r\n", "is empty")]
    [InlineData("a\nb", "holds a line end")]
    [InlineData("a\rb\n", "holds a line end")]
    [InlineData("a\n\n", "holds a line end")]
    [InlineData("a\0b", "is not text")]
    public async Task A_value_that_cannot_be_one_is_refused_without_being_shown(string input, string message)
    {
        using var cli = new InProcess(input);
        var error = await Assert.ThrowsAsync<SbxException>(() => SecretValue.ReadAsync(cli.Context, "the secret of x", CancellationToken.None));
        Assert.Equal(ErrorCode.Usage, error.Code);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public async Task A_value_of_64_KiB_is_taken_and_a_longer_one_is_not()
    {
        using var fits = new InProcess(new string('k', SecretValue.MaxBytes) + "\n");
        using var value = await SecretValue.ReadAsync(fits.Context, "x", CancellationToken.None);
        Assert.Equal(SecretValue.MaxBytes, value.Bytes.Length);
        using var longer = new InProcess(new string('k', SecretValue.MaxBytes + 1));
        Assert.Contains("too long", (await Assert.ThrowsAsync<SbxException>(() => SecretValue.ReadAsync(longer.Context, "x", CancellationToken.None))).Message);
        using var pipe = new InProcess(new string('k', SecretValue.MaxBytes * 3));
        Assert.Contains("too long", (await Assert.ThrowsAsync<SbxException>(() => SecretValue.ReadAsync(pipe.Context, "x", CancellationToken.None))).Message);
    }

    [Fact]
    public async Task A_value_is_zero_once_it_has_been_used()
    {
        using var cli = new InProcess("sk-1234");
        var value = await SecretValue.ReadAsync(cli.Context, "x", CancellationToken.None);
        var bytes = value.Bytes;
        value.Dispose();
        Assert.Equal(new byte[7], bytes.ToArray());
    }

    [Fact]
    public async Task On_a_terminal_one_line_is_asked_for()
    {
        using var cli = new InProcess("sk-1234\nmore", Terminal);
        using var value = await SecretValue.ReadAsync(cli.Context, "the secret of openai", CancellationToken.None);
        Assert.Equal("sk-1234", Encoding.UTF8.GetString(value.Bytes.Span));
        Assert.Equal("Value of the secret of openai (not shown): \n", cli.Error);
    }

    [Fact]
    public async Task A_line_that_the_terminal_has_cut_off_is_refused()
    {
        using var cli = new InProcess(new string('k', 4095) + "\n", Terminal);
        Assert.Contains("longer than a line", (await Assert.ThrowsAsync<SbxException>(() => SecretValue.ReadAsync(cli.Context, "x", CancellationToken.None))).Message);
    }

    [Fact]
    public async Task Nobody_is_asked_when_that_is_not_wanted()
    {
        using var cli = new InProcess("sk-1234\n", Terminal);
        cli.Context.Options = cli.Context.Options with { NoInput = true };
        var error = await Assert.ThrowsAsync<SbxException>(() => SecretValue.ReadAsync(cli.Context, "x", CancellationToken.None));
        Assert.Equal(ErrorCode.Declined, error.Code);
    }

    [Theory]
    [InlineData("openai", true)]
    [InlineData("my-feed.2", true)]
    [InlineData("sk-proj-abc", false)]
    [InlineData("ghp_0123456789abcdef", false)]
    [InlineData("AKIAIOSFODNN7EXAMPLE", false)]
    [InlineData("Secret", false)]
    [InlineData("eyjhbgcioijiuzi1niisinr5cci6ikpxvcj9.eyj", true)]
    [InlineData("0123456789abcdef0123456789abcdef012345678", false)]
    [InlineData("", false)]
    public void A_word_that_looks_like_a_key_is_no_service(string word, bool may) => Assert.Equal(may, SecretNames.MayBeService(word));

    [Fact]
    public void The_list_has_scope_service_and_masked_value_then_the_environment_and_custom_secrets()
    {
        var document = Document();
        Assert.Equal(
            """
            SCOPE          SERVICE  SECRET
            (global)       openai   sk-pro****...****
            (environment)  github   ghp_ab****...**** (GH_TOKEN)

            CUSTOM SECRETS
            SCOPE  NAME      TARGETS        ENV    PLACEHOLDER   SECRET
            ci     custom-1  *.example.com  TOKEN  sbx-cs-abc    ****

            """.Replace("PLACEHOLDER   SECRET", "PLACEHOLDER  SECRET").Replace("sbx-cs-abc    ****", "sbx-cs-abc   ****"),
            SecretText.Of(document, bold: false));
        var json = JsonSerializer.SerializeToElement(document, DoorJson.Default.SecretsDocument);
        Assert.Equal(1, json.GetProperty("env_only_count").GetInt32());
        Assert.Equal("sbx-cs-abc", json.GetProperty("custom_secrets")[0].GetProperty("placeholder").GetString());
        Assert.Equal("file", json.GetProperty("store_kind").GetString());
    }

    [Fact]
    public void Services_and_what_the_environment_has_are_tables()
    {
        var service = new ServiceInfo
        {
            Name = "feed", Hosts = ["a.example", "b.example"], Path = "/v1/", Scheme = "header", Headers = ["authorization: Bearer …"], HostVariables = ["FEED_TOKEN"],
            Placeholders = new Dictionary<string, string> { ["FEED_TOKEN"] = "proxy-managed" },
        };
        Assert.Equal(
            "SERVICE  SOURCE  HOSTS                      SENT AS                  VARIABLES\nfeed     own     a.example,b.example /v1/  authorization: Bearer …  FEED_TOKEN\n".Replace("HOSTS                      SENT", "HOSTS                     SENT"),
            SecretText.Services([service], bold: false));
        Assert.Equal("SERVICE  VARIABLE  SECRET  STORED\ngithub   GH_TOKEN  ghp_**  yes\n", SecretText.Found([new EnvironmentSecretInfo("github", "GH_TOKEN", "ghp_**", true)], bold: false));
    }

    private static SecretsDocument Document()
    {
        var custom = new ServiceInfo { Name = "custom-1", Hosts = ["*.example.com"], Scheme = "substitute", Placeholders = new Dictionary<string, string> { ["TOKEN"] = "sbx-cs-abc" } };
        return new SecretsDocument(
            [new SecretInfo("(global)", "openai", "sk-pro****...****", "value", false)],
            [CustomSecretDocument.Of(new SecretInfo("ci", "custom-1", "****", "value", true), custom)],
            [new EnvironmentSecretInfo("github", "GH_TOKEN", "ghp_ab****...****", false), new EnvironmentSecretInfo("openai", "OPENAI_API_KEY", "sk-o**", true)],
            1, "an encrypted file", "file");
    }
}
