using System.Text;

namespace Sbx.Sandbox.Tests.Running;

/// <summary>What a command left behind.</summary>
public sealed record CommandResult(int Code, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    /// <summary>Fails the test with both streams unless the command ended with <paramref name="code"/>.</summary>
    public CommandResult Ended(int code)
    {
        Assert.True(Code == code, $"exit code {Code} instead of {code}\nstdout: {Text}\nstderr: {Error}");
        return this;
    }
}
