using System.Text;
using FsCheck.Xunit;
using Sbx.Machines.Qmp;

namespace Sbx.Machines.Tests.Qmp;

public sealed class QmpMessageTests
{
    [Fact]
    public void An_answer_carries_its_number_and_value()
    {
        var message = Parse("""{"return": {"status": "running"}, "id": 7}""");
        Assert.Equal((QmpMessageKind.Answer, 7L), (message.Kind, message.Id));
        Assert.Equal("running", message.Data.GetProperty("status").GetString());
    }

    [Fact]
    public void An_error_carries_its_class_and_description()
    {
        var message = Parse("""{"id": 3, "error": {"class": "GenericError", "desc": "no such device"}}""");
        Assert.Equal((QmpMessageKind.Error, 3L, "GenericError", "no such device"), (message.Kind, message.Id, message.Name, message.Text));
    }

    [Fact]
    public void An_event_may_come_without_data()
    {
        Assert.Equal("STOP", Parse("""{"timestamp": {"seconds": 1, "microseconds": 2}, "event": "STOP"}""").Name);
        Assert.Equal("completed", Parse("""{"event": "MIGRATION", "data": {"status": "completed"}}""").Data.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"return": {}}""")]
    [InlineData("""{"return": {}, "id": "x"}""")]
    [InlineData("""{"error": {}, "id": 1}""")]
    [InlineData("""{"error": 1, "id": 1}""")]
    [InlineData("""{"error": {"class": null, "desc": "x"}, "id": 1}""")]
    [InlineData("""{"event": 1}""")]
    [InlineData("""{"return": {}, "id": 99999999999999999999}""")]
    public void Anything_else_is_refused(string line) => Assert.Throws<QmpException>(() => Parse(line));

    [Property(MaxTest = 2000)]
    public void Damaged_lines_are_refused_or_understood_but_nothing_else_happens(byte[] noise, int at)
    {
        var line = Encoding.UTF8.GetBytes("""{"id": 3, "error": {"class": "GenericError", "desc": "no such device"}, "event": "X"}""");
        for (var i = 0; i < noise.Length; i++)
            line[((at & 0xffff) + (i * 7)) % line.Length] = noise[i];
        try
        {
            QmpMessage.Parse(line);
        }
        catch (QmpException)
        {
        }
    }

    private static QmpMessage Parse(string line) => QmpMessage.Parse(Encoding.UTF8.GetBytes(line));
}
