using System.Reflection;
using Sbx.Tool.Tests.Support;

namespace Sbx.Tool.Tests.Hosting;

/// <summary>Help is compared with approved files; run with SBX_APPROVE=1 to approve what it is now.</summary>
public sealed class HelpTests
{
    private static readonly string Approved =
        typeof(HelpTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Approved").Value!;

    public static TheoryData<string> Lines
    {
        get
        {
            var lines = new TheoryData<string> { "" };
            Add(lines, "", Verbs.All.Where(v => v.Name != "__complete"));
            return lines;

            static void Add(TheoryData<string> lines, string before, IEnumerable<Sbx.Tool.Hosting.Verb> verbs)
            {
                foreach (var verb in verbs)
                {
                    lines.Add(before + verb.Name);
                    Add(lines, $"{before}{verb.Name} ", verb.Children.Where(c => !c.Hidden));
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Help_is_as_approved(string line)
    {
        using var cli = new InProcess();
        string[] args = line.Length == 0 ? [] : [.. line.Split(' '), "--help"];

        Assert.Equal(0, await cli.RunAsync(args));

        Assert.Empty(cli.Error);
        var file = Path.Combine(Approved, (line.Length == 0 ? "sbx" : line.Replace(' ', '-')) + ".txt");
        if (Environment.GetEnvironmentVariable("SBX_APPROVE") == "1")
            File.WriteAllText(file, cli.Output);
        Assert.Equal(File.ReadAllText(file), cli.Output);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Help_fits_a_screen_of_120_columns(string line)
    {
        using var cli = new InProcess();
        await cli.RunAsync(line.Length == 0 ? [] : [.. line.Split(' '), "-h"]);
        Assert.All(cli.Output.Split('\n'), l => Assert.True(l.Length <= 120, l));
        Assert.True(cli.Output.Split('\n').Length <= 60);
    }
}
