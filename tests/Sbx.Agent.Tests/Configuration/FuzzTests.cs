using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sbx.Agent.Configuration;
using Sbx.Agent.Configuration.Reading;

namespace Sbx.Agent.Tests.Configuration;

public sealed class FuzzTests
{
    private static readonly string Seed = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Teams", "every-key.yaml"));

    [Property(MaxTest = 300)]
    public void Any_text_is_read_or_refused_with_its_place(NonNull<string> text) => Reads(text.Get);

    [Property(MaxTest = 400)]
    public Property A_damaged_file_is_read_or_refused_with_its_place() => Prop.ForAll(
        Gen.Choose(0, Seed.Length - 1).Three().Zip(Gen.Elements("[", "]", "{", "}", ":", "\n", "- ", "&a ", "*a", "!!str ", "\"", "'", "|", ">", "\t", "#", "%", "\0", "? ", "<<: ")).ToArbitrary(),
        damage =>
        {
            var ((from, length, at), inserted) = damage;
            var text = new StringBuilder(Seed).Remove(from, Math.Min(length % 40, Seed.Length - from));
            text.Insert(at % text.Length, inserted);
            Reads(text.ToString());
        });

    [Property]
    public bool A_duration_written_in_seconds_is_read_back(ushort seconds) =>
        GoDuration.Parse($"{seconds}s") == TimeSpan.FromSeconds(seconds);

    private static void Reads(string text)
    {
        try
        {
            Assert.NotEmpty(TeamFile.Parse(text, "f.yaml").Agents);
        }
        catch (ConfigurationException e)
        {
            Assert.NotEmpty(e.Issues);
            Assert.All(e.Issues, issue => Assert.True(issue.At is { Line: >= 1, Column: >= 1 }));
            Assert.All(e.Issues, issue => Assert.DoesNotContain('\n', issue.Message));
        }
    }
}
