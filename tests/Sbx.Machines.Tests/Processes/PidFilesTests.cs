using Sbx.Machines.Processes;

namespace Sbx.Machines.Tests.Processes;

public sealed class PidFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_recorded_process_that_was_left_behind_is_killed()
    {
        var child = await Sleeper();
        var files = new PidFiles(_directory.Path);
        files.Add("m1", child.Id);
        Assert.Equal([child.Id], files.Reap());
        Assert.Equal("killed by signal 9", ChildProcess.Describe(await child.Exited));
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task A_process_that_got_a_recorded_id_later_is_left_alone()
    {
        var child = await Sleeper();
        var identity = ProcessIdentity.Of(child.Id)!;
        await File.WriteAllTextAsync(_directory["m1.pid"], $"{identity.Id} {identity.StartTicks - 1}\n");
        Assert.Empty(new PidFiles(_directory.Path).Reap());
        Assert.True(identity.IsAlive());
        Assert.Empty(Directory.GetFiles(_directory.Path));
        child.Kill();
        await child.Exited;
        Assert.False(identity.IsAlive());
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 5\n")]
    [InlineData("-1 5\n")]
    [InlineData("12")]
    [InlineData("12 x\n")]
    [InlineData("12 5 9\n")]
    public void Damaged_files_name_no_process(string text) => Assert.Null(PidFiles.Parse(text));

    [Fact]
    public void Names_with_parentheses_and_spaces_do_not_confuse_the_parser()
    {
        var stat = "77 (a) b (c) S 1 77 77 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 1000 9";
        Assert.Equal(new ProcessIdentity(77, 4242), ProcessIdentity.ParseStat(stat));
        Assert.Null(ProcessIdentity.ParseStat("77 sleep S 1"));
    }

    public void Dispose() => _directory.Dispose();

    private static Task<ChildProcess> Sleeper() => ChildProcess.StartAsync(["/bin/sleep", "60"], []);
}
