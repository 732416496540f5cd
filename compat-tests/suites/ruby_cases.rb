# SPDX-License-Identifier: MIT
#
# ruby_cases - loaded into the runner of Ruby's tests, writes what became of each
# case at once, in the way of cpython_cases.py.

module IxCases
  DIR = ENV.fetch("SUITES_DIR")
  LIMIT = ENV.fetch("SUITES_LIMIT").to_f
  OWNER = Process.pid
  FILE = File.open(File.join(DIR, "results"), "w")
  FILE.sync = true

  def self.listed(name)
    File.read(File.join(DIR, name)).split("\n")
  rescue Errno::ENOENT
    nil
  end

  SKIP = listed("skip") || []
  ONLY = listed("only")

  def self.say(verb, test, reason = "")
    FILE.write("#{verb}\t#{test}\t#{reason.to_s.lines.first.to_s.strip}\n")
  end

  def self.wanted?(test)
    !SKIP.include?(test) && (ONLY.nil? || ONLY.include?(test))
  end

  # Blocking calls let other threads run.
  def self.bounded
    main = Thread.current
    watch = Thread.new do
      sleep LIMIT
      warn "hangs at:", main.backtrace
      Process.exit!(124)
    end
    yield
  ensure
    watch.kill
    watch.join
  end

  module Case
    def run(runner)
      name = "#{self.class}##{__name__}"
      return "." unless IxCases.wanted?(name)
      IxCases.say("start", name)
      result = IxCases.bounded { super }
      IxCases.say("ok", name) if result == "."
      result
    end
  end

  module Runner
    def puke(klass, meth, e)
      verb = e.is_a?(Test::Unit::PendedError) ? "skip" : "fail"
      IxCases.say(verb, "#{klass}##{meth}", e.message)
      super
    end
  end
end

# The runner is not loaded yet; it is when the first class of tests comes to be.
TracePoint.new(:class) do |point|
  if point.self.name == "Test::Unit::AutoRunner"
    point.disable
    Test::Unit::TestCase.prepend(IxCases::Case)
    Test::Unit::Runner.prepend(IxCases::Runner)
  end
end.enable

at_exit { IxCases.say("end", "") if Process.pid == IxCases::OWNER }
