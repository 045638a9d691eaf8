using Sbx.Machines.Native;
using Sbx.Machines.Processes;

namespace Sbx.Machines.Tests.Processes;

public sealed class ChildProcessTests
{
    [Theory]
    [InlineData("exit 3", "exited with 3")]
    [InlineData("kill -9 $$", "killed by signal 9")]
    public async Task The_end_is_told_in_words(string script, string words)
    {
        var child = await Start(script);
        Assert.Equal(words, ChildProcess.Describe(await child.Exited));
    }

    [Fact]
    public async Task The_last_output_is_kept_in_bounded_memory()
    {
        var child = await Start("i=0; while [ $i -lt 2000 ]; do echo line $i of a long story; i=$((i+1)); done; echo the end >&2");
        await child.Exited;
        Assert.EndsWith("the end\n", child.Output, StringComparison.Ordinal);
        Assert.InRange(child.Output.Length, 1000, 16 * 1024);
    }

    [Fact]
    public async Task A_child_gets_the_named_descriptors_and_no_others()
    {
        var (ours, theirs) = Libc.ConnectedPair();
        using (ours)
        using (theirs)
        {
            var child = await ChildProcess.StartAsync(["/bin/sh", "-c", "for n in /proc/$$/fd/*; do [ -e $n ] && echo ${n##*/}; done"], [((int)theirs.DangerousGetHandle(), 700)]);
            await child.Exited;
            var numbers = child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["0", "1", "2", "700"], numbers.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task A_child_gets_no_variable_of_this_process()
    {
        Environment.SetEnvironmentVariable("SBX_TEST_SECRET", "do not pass on");
        var child = await ChildProcess.StartAsync(["/usr/bin/env"], []);
        await child.Exited;
        Assert.DoesNotContain("SBX_TEST_SECRET", child.Output, StringComparison.Ordinal);
        Assert.Contains("PATH=", child.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killing_after_the_end_harms_nobody()
    {
        var child = await Start("exit 0");
        await child.Exited;
        child.Kill();
        Assert.Equal(0, await child.Exited);
    }

    [Fact]
    public async Task A_program_that_does_not_exist_is_an_error() =>
        await Assert.ThrowsAsync<IOException>(() => ChildProcess.StartAsync(["/nonexistent/program"], []));

    private static Task<ChildProcess> Start(string script) => ChildProcess.StartAsync(["/bin/sh", "-c", script], []);
}
