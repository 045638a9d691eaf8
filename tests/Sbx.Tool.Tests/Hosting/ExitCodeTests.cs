using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Terminal;
using Sbx.Tool.Tests.Support;

namespace Sbx.Tool.Tests.Hosting;

public sealed class ExitCodeTests
{
    [Theory]
    [InlineData(ErrorCode.Failed, 1)]
    [InlineData(ErrorCode.Usage, 2)]
    [InlineData(ErrorCode.NotFound, 3)]
    [InlineData(ErrorCode.Conflict, 4)]
    [InlineData(ErrorCode.Denied, 5)]
    [InlineData(ErrorCode.Daemon, 6)]
    [InlineData(ErrorCode.HostPrerequisite, 7)]
    [InlineData(ErrorCode.Exhausted, 8)]
    [InlineData(ErrorCode.Machine, 9)]
    [InlineData(ErrorCode.Timeout, 10)]
    [InlineData(ErrorCode.Declined, 11)]
    [InlineData(ErrorCode.Image, 12)]
    public async Task Every_kind_of_failure_has_its_documented_code(ErrorCode kind, int code)
    {
        Assert.Equal(code, await FailWithAsync(new SbxException(kind, "it failed", "try again"), passes: false));
        Assert.Equal(125, await FailWithAsync(new SbxException(kind, "it failed", "try again"), passes: true));
    }

    [Fact]
    public async Task Other_exceptions_get_the_code_that_fits()
    {
        Assert.Equal(5, await FailWithAsync(new UnauthorizedAccessException("no"), passes: false));
        Assert.Equal(3, await FailWithAsync(new FileNotFoundException("no"), passes: false));
        Assert.Equal(8, await FailWithAsync(new IOException("full", 28), passes: false));
        Assert.Equal(1, await FailWithAsync(new InvalidOperationException("a bug"), passes: false));
        Assert.Equal(141, await FailWithAsync(new OutputClosedException(), passes: false));
    }

    [Fact]
    public async Task Control_characters_in_a_message_do_not_reach_the_terminal()
    {
        using var cli = new InProcess();
        await cli.RunAsync([new Verb("fail", "", "", () => new Failing(new SbxException(ErrorCode.Failed, "a\e]52;c;eA==\ab\u009bc"), false))], "fail");
        Assert.Equal("ERROR: a\\u001b]52;c;eA==\\u0007b\\u009bc\n", cli.Error);
    }

    private static async Task<int> FailWithAsync(Exception exception, bool passes)
    {
        using var cli = new InProcess();
        return await cli.RunAsync([new Verb("fail", "", "", () => new Failing(exception, passes))], "fail");
    }

    private sealed class Failing(Exception exception, bool passes) : CliCommand
    {
        public override bool PassesExitCode => passes;

        public override void Configure(CommandLineApplication app)
        {
        }

        public override Task<int> RunAsync(CliContext context, CancellationToken cancellationToken) => throw exception;
    }
}
